// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.chroniclesync.api.transport.Transport;
import org.chroniclesync.core.base.Troubles;
import org.chroniclesync.support.component.FailureTrace;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/**
 * The components that refused to start. Nobody else can tell why: their services never come, or
 * come and give out nothing.
 *
 * @param runtime knows the components of all bundles
 */
record Components(ServiceComponentRuntime runtime) implements PartReporter {
  private static final String OURS = "org.chroniclesync.";

  private static final String LOOK =
      "Correct what it names; then restart the bundle, or the node if it is a file in conf/.";

  static final List<Kind> KINDS =
      List.of(
          new Kind(Identity.class, "identity", ""),
          new Kind(MessageCodec.class, "codec", ""),
          new Kind(MessageHandler.class, "handler", MessageHandler.TYPE_PROPERTY),
          new Kind(HistoryStore.class, "storage", HistoryStore.TYPE_PROPERTY),
          new Kind(Transport.class, "transport", Transport.NAME_PROPERTY),
          new Kind(Discovery.class, "discovery", Discovery.NAME_PROPERTY));

  /**
   * Which part a component is.
   *
   * @param service what it provides
   * @param nameProperty the service property that tells its name; empty if it has none
   */
  record Kind(Class<?> service, String kind, String nameProperty) {
    boolean fits(ComponentDescriptionDTO component) {
      return List.of(component.serviceInterfaces).contains(service.getName());
    }

    Part failed(Map<String, Object> properties, Part.State state) {
      String name = Objects.toString(properties.get(nameProperty), "");
      return new Part(kind, name + instance(properties), state);
    }

    /** Where there may be several of one kind, the name that a person gave to the configuration. */
    private static String instance(Map<String, Object> properties) {
      String pid = Objects.toString(properties.get("service.pid"), "");
      return pid.indexOf('~') < 0 ? "" : pid.substring(pid.indexOf('~'));
    }
  }

  @Override
  public List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
      for (ComponentConfigurationDTO one : runtime.getComponentConfigurationDTOs(component)) {
        if (hasFailed(one) && isKnown(component)) {
          add(component, one, parts);
        }
      }
    }
    return parts;
  }

  /** One that waits for a component that failed fails, too, and says nothing that is new. */
  private static boolean hasFailed(ComponentConfigurationDTO one) {
    return one.state == ComponentConfigurationDTO.FAILED_ACTIVATION
        && !FailureTrace.isConsequence(Objects.toString(one.failure, ""));
  }

  /** A host may run components that are none of the node's business. */
  private static boolean isKnown(ComponentDescriptionDTO component) {
    return component.bundle.symbolicName.startsWith(OURS)
        || KINDS.stream().anyMatch(kind -> kind.fits(component));
  }

  private static void add(
      ComponentDescriptionDTO component, ComponentConfigurationDTO one, List<Part> parts) {
    Part.State state =
        Troubles.failed(FailureTrace.sentences(Objects.toString(one.failure, "")), LOOK);
    KINDS.stream()
        .filter(kind -> kind.fits(component))
        .findFirst()
        .map(kind -> kind.failed(one.properties, state))
        .or(() -> Optional.of(new Part("component", component.bundle.symbolicName, state)))
        .ifPresent(parts::add);
  }
}
