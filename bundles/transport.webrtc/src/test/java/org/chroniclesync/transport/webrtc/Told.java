// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.util.Queue;
import java.util.function.Consumer;
import org.chroniclesync.api.transport.LinkEvent;

/** What a link tells, without how its attempt gets on, which may be told at any time. */
final class Told {
  private Told() {}

  static Consumer<LinkEvent> into(Queue<LinkEvent> events) {
    return event -> {
      if (!(event instanceof LinkEvent.Progress)) {
        events.add(event);
      }
    };
  }
}
