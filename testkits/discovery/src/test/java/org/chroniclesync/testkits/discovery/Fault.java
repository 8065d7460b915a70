// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.discovery;

/** What a {@link MemoryDiscovery} does wrong. The name of the rule that it breaks comes with it. */
enum Fault {
  NONE(0),
  JOIN_WAITS_FOR_THE_LISTENER(1),
  TELLS_BY_THE_JOINING_THREAD(2),
  STOPS_AFTER_A_LISTENER_THREW(3),
  ONE_THREAD_FOR_ALL_MEMBERSHIPS(4),
  MEMBERSHIPS_OUTLIVE_THE_SERVICE(5),
  JOINS_AFTER_THE_SERVICE_LEFT(5),
  LEAVES_ITS_THREAD(6),
  SIGNAL_WAITS_FOR_THE_LISTENER(7),
  TELLS_AFTER_CLOSE(8),
  DOES_NOT_TELL_THAT_IT_LEFT(8),
  SECOND_CLOSER_DOES_NOT_WAIT(9),
  CLOSE_BY_THE_LISTENER_HANGS(10),
  WAITS_FOR_A_STUCK_LISTENER_FOR_EVER(11),
  SIGNAL_AFTER_CLOSE_THROWS(12),
  ANSWERS_FOR_STRANGERS(12),
  SEES_ITSELF(13),
  MIXES_ROOMS(13),
  DOES_NOT_TELL_WHO_WENT(13),
  TRIMS_SIGNALS(14),
  FORGES_THE_SENDER(14),
  SWAPS_SIGNALS(15),
  COUNTS_ALL_MEMBERS_AS_ONE(16);

  final int rule;

  Fault(int rule) {
    this.rule = rule;
  }
}
