// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Pace pace = new Pace();

  private String told(String topic, String now) {
    EventStream.Event event = pace.of(EventStream.Event.of(topic, now.getBytes(UTF_8)));
    return new String(event.text(), UTF_8).replaceFirst("(?s).*data: (.*)\n\n", "$1");
  }

  @Test
  void whatChangesAtEachLookIsToldAtEachSecond() {
    List<String> told = new ArrayList<>();
    for (String now : List.of("1", "2", "3", "4", "5", "5", "5")) {
      pace.next();
      told.add(told("status", now));
    }
    assertThat(told).containsExactly("1", "1", "3", "3", "5", "5", "5");
  }

  @Test
  void whatHasNotChangedForAWhileIsToldAtOnceAndTheLastIsNotKeptBack() {
    List<String> told = new ArrayList<>();
    for (String now : List.of("1", "1", "1", "2", "3", "3")) {
      pace.next();
      told.add(told("status", now));
    }
    assertThat(told).containsExactly("1", "1", "1", "2", "2", "3");
  }

  @Test
  void topicsAreToldEachForItself() {
    pace.next();
    assertThat(told("work:1", "a")).isEqualTo("a");
    assertThat(told("work:2", "b")).isEqualTo("b");
    pace.next();
    assertThat(told("work:3", "c")).isEqualTo("c");
  }

  @Test
  void visitsThatComeAllTheTimeAreSaidAtEachSecondLook() {
    List<Boolean> said = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      pace.next();
      said.add(pace.saysVisits());
    }
    assertThat(said).containsExactly(true, false, true, false, true);
  }
}
