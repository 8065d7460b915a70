// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The kit lets a good transport pass, and sees each fault of a bad one. */
class KitBitesTest extends KitBites {
  @Override
  int part() {
    return 0;
  }

  @Test
  void aGoodTransportPasses() throws Exception {
    assertThat(failures(Flaw.NONE, BrokenLinks.class, "")).isEmpty();
    assertThat(failures(Flaw.NONE, BrokenChannels.class, "")).isEmpty();
  }

  @Test
  void eachTestOfTheKitSeesAFlaw() {
    Set<String> sharp =
        Arrays.stream(Flaw.values()).map(one -> one.seenBy).collect(Collectors.toSet());
    Set<String> tests =
        Stream.of(LinkContract.class, ChannelContract.class)
            .flatMap(contract -> Arrays.stream(contract.getDeclaredMethods()))
            .map(Method::getName)
            .filter(name -> name.matches("[tlc]\\d+_.*"))
            .collect(Collectors.toCollection(TreeSet::new));

    tests.removeAll(sharp);

    assertThat(tests).containsExactly("c7_whatArrivedIsHandedOutAfterAnEndOfOnesOwn");
  }
}
