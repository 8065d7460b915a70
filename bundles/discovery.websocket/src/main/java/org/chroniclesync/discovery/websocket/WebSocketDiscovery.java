// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryProvider;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.RoomId;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** Joins rooms of one discovery service. Public only because the component runtime makes it. */
@DiscoveryProvider(name = "websocket")
@Component(
    configurationPid = "org.chroniclesync.discovery.websocket",
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    property = Discovery.NAME_PROPERTY + "=websocket")
@Designate(ocd = Config.class, factory = true)
public final class WebSocketDiscovery implements Discovery {
  private final Settings settings;
  private final Set<RoomMembership> memberships = new HashSet<>();
  private boolean left;

  @Activate
  public WebSocketDiscovery(Config config) {
    settings = Settings.of(config);
  }

  /**
   * Joins a room.
   *
   * @throws IllegalStateException if the service was deactivated
   */
  @Override
  public Membership join(RoomId room, Credentials self, Consumer<DiscoveryEvent> listener) {
    Threads threads = new Threads();
    RoomMembership membership =
        new RoomMembership(
            settings,
            room,
            self,
            listener,
            this::forget,
            threads,
            new HttpConnector(settings, room, self.peer(), threads));
    synchronized (memberships) {
      if (left) {
        throw new IllegalStateException("this discovery is no longer there");
      }
      memberships.add(membership);
    }
    membership.start();
    return membership;
  }

  @Deactivate
  void leave() {
    List<RoomMembership> given;
    synchronized (memberships) {
      left = true;
      given = new ArrayList<>(memberships);
    }
    given.forEach(RoomMembership::close);
  }

  private void forget(RoomMembership membership) {
    synchronized (memberships) {
      memberships.remove(membership);
    }
  }
}
