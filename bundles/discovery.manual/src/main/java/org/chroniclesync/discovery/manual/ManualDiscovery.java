// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryProvider;
import org.chroniclesync.api.discovery.HandCarried;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Connects by carried texts. Works in the room that was joined last. Public only because the
 * component runtime makes it; use the services.
 */
@DiscoveryProvider(name = "manual")
@Component(
    service = {Discovery.class, HandCarried.class},
    configurationPid = ManualDiscovery.PID,
    property = Discovery.NAME_PROPERTY + "=manual")
@Designate(ocd = Config.class)
public final class ManualDiscovery implements Discovery, HandCarried {
  static final String PID = "org.chroniclesync.discovery.manual";

  private final Settings settings;
  private final List<ManualMembership> memberships = new ArrayList<>();
  private boolean left;

  @Activate
  public ManualDiscovery(Config config) {
    settings = Settings.of(config);
  }

  /**
   * Joins a room.
   *
   * @throws IllegalStateException if the service was deactivated
   */
  @Override
  public Membership join(RoomId room, Credentials self, Consumer<DiscoveryEvent> listener) {
    ManualMembership membership =
        new ManualMembership(settings, room, self.peer(), listener, this::forget);
    synchronized (memberships) {
      if (left) {
        throw new IllegalStateException("this discovery is no longer there");
      }
      memberships.add(membership);
    }
    membership.start();
    return membership;
  }

  @Override
  public CompletionStage<String> offer() {
    return current().offer();
  }

  @Override
  public CompletionStage<String> answer(String offerText) {
    Signal.Offer offer = SignalText.offer(offerText);
    return current().answer(offer);
  }

  @Override
  public void accept(String answerText) {
    Signal.Answer answer = SignalText.answer(answerText);
    current().accept(answer);
  }

  @Deactivate
  void leave() {
    List<ManualMembership> given;
    synchronized (memberships) {
      left = true;
      given = List.copyOf(memberships);
    }
    given.forEach(ManualMembership::close);
  }

  private ManualMembership current() {
    synchronized (memberships) {
      if (memberships.isEmpty()) {
        throw new IllegalStateException("the node is in no room; is it started?");
      }
      return memberships.get(memberships.size() - 1);
    }
  }

  private void forget(ManualMembership membership) {
    synchronized (memberships) {
      memberships.remove(membership);
    }
  }
}
