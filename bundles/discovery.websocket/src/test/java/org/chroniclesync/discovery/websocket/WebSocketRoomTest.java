// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.util.Map;
import java.util.regex.Pattern;
import org.chroniclesync.testkits.discovery.RoomContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class WebSocketRoomTest extends RoomContract {
  private static final Pattern OURS = Pattern.compile("chroniclesync-discovery-\\d");

  private static RealService service;

  @BeforeAll
  static void start() throws Exception {
    service = new RealService();
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Override
  protected Provided provide() {
    WebSocketDiscovery discovery = new WebSocketDiscovery(TestConfig.of(service.url(), Map.of()));
    return new Provided(discovery, discovery::leave);
  }

  /** The service has threads of its own, and makes more as it needs them. */
  @Override
  protected boolean isSuspect(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    return OURS.matcher(thread.getName()).lookingAt()
        || (group != null && OURS.matcher(group.getName()).lookingAt());
  }
}
