// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The kit bites, and each of its tests does. */
class KitBitesTest extends KitBites {
  /** What only a store that is not durable is asked. */
  private static final String OF_OTHERS = "rule1DurableNotThenEmptyAndUnderANewFeed";

  @Override
  int part() {
    return 0;
  }

  @Test
  void flawBreaksOneRule() {
    for (Flaw flaw : Flaw.values()) {
      Set<String> rules =
          flaw.noticedBy().stream().map(KitBitesTest::rule).collect(Collectors.toSet());
      assertThat(rules).as("%s", flaw).hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void everyTestOfTheKitNoticesAFlaw() {
    Set<String> biting =
        Arrays.stream(Flaw.values())
            .flatMap(flaw -> flaw.noticedBy().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    biting.add(OF_OTHERS);
    assertThat(biting).isEqualTo(tests());
  }

  @Test
  void everyRuleHasTests() {
    Set<String> rules = tests().stream().map(KitBitesTest::rule).collect(Collectors.toSet());
    Set<String> numbered = new HashSet<>();
    for (int rule = 1; rule <= 17; rule++) {
      numbered.add("rule" + rule);
    }
    assertThat(rules).isEqualTo(numbered);
  }

  private static String rule(String test) {
    return test.replaceFirst("^(rule\\d+).*", "$1");
  }

  private static Set<String> tests() {
    return Arrays.stream(HistoryStoreContract.class.getDeclaredMethods())
        .filter(m -> m.isAnnotationPresent(Test.class) || m.isAnnotationPresent(RepeatedTest.class))
        .map(Method::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
