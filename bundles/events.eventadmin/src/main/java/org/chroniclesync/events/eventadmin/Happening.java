// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.events.eventadmin;

import java.util.HashMap;
import java.util.Map;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventConstants;

/**
 * A change, as others see it.
 *
 * @param topic what happened, below {@link #ROOT}
 * @param properties to what; values are texts and booleans
 */
record Happening(String topic, Map<String, Object> properties) {
  /** What all topics begin with. */
  static final String ROOT = "org/chroniclesync/";

  Happening {
    properties = Map.copyOf(properties);
  }

  /** Returns what happened to the same thing afterwards. */
  Happening then(String next) {
    Map<String, Object> subject = new HashMap<>(properties);
    subject.keySet().removeAll(Differences.DETAILS);
    return new Happening(next, subject);
  }

  Event event() {
    Map<String, Object> all = new HashMap<>(properties);
    all.put(EventConstants.TIMESTAMP, System.currentTimeMillis());
    return new Event(ROOT + topic, all);
  }
}
