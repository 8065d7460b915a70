// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.health.felix;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.support.component.FailureTrace;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/**
 * How everything does that has no check of its own: the other parts of the node, and those bundles
 * and components of ours that it cannot know of, because they wait for something or because there
 * is no node.
 *
 * @param node the node, or null while there is none
 * @param which the parts that have no check of their own
 * @param runtime knows the components of all bundles
 * @param bundles all bundles of the framework
 */
record ComponentsCheck(
    Supplier<@Nullable Node> node,
    Predicate<Part> which,
    ServiceComponentRuntime runtime,
    Supplier<Bundle[]> bundles)
    implements HealthCheck {
  private static final String OURS = "org.chroniclesync.";

  @Override
  public Result execute() {
    Findings findings = new Findings();
    Node running = node.get();
    if (running != null) {
      running.status().parts().stream().filter(which).forEach(findings::add);
    }
    Arrays.stream(bundles.get())
        .filter(bundle -> isOurs(bundle.getSymbolicName()))
        .forEach(bundle -> add(bundle, findings));
    Collection<ComponentDescriptionDTO> all = runtime.getComponentDescriptionDTOs();
    for (ComponentDescriptionDTO component : all) {
      if (isOurs(component.bundle.symbolicName)) {
        for (ComponentConfigurationDTO one : runtime.getComponentConfigurationDTOs(component)) {
          add(one, running != null, all, findings);
        }
      }
    }
    return findings.result("All components work.");
  }

  private static boolean isOurs(@Nullable String symbolicName) {
    return symbolicName != null && symbolicName.startsWith(OURS);
  }

  private static void add(Bundle bundle, Findings findings) {
    boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
    if (bundle.getState() == Bundle.INSTALLED && !fragment) {
      findings.add(
          Status.WARN,
          "bundle %s: not resolved. Start it; the message names what it lacks."
              .formatted(bundle.getSymbolicName()));
    }
  }

  private void add(
      ComponentConfigurationDTO one,
      boolean nodeTellsFailures,
      Collection<ComponentDescriptionDTO> all,
      Findings findings) {
    String name = "component " + one.description.name + ": ";
    String trace = Objects.toString(one.failure, "");
    if (one.state == ComponentConfigurationDTO.FAILED_ACTIVATION
        && !nodeTellsFailures
        && !FailureTrace.isConsequence(trace)) {
      findings.add(
          Status.CRITICAL,
          name
              + FailureTrace.sentences(trace)
              + " Correct what it names, and restart the bundle "
              + one.description.bundle.symbolicName
              + ".");
    } else if (one.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
      for (UnsatisfiedReferenceDTO missing : one.unsatisfiedReferences) {
        add(name, reference(one.description, missing.name), all, findings);
      }
    }
  }

  private static ReferenceDTO reference(ComponentDescriptionDTO component, String name) {
    return Arrays.stream(component.references)
        .filter(reference -> name.equals(reference.name))
        .findFirst()
        .orElseThrow();
  }

  private void add(
      String name,
      ReferenceDTO missing,
      Collection<ComponentDescriptionDTO> all,
      Findings findings) {
    String service = missing.interfaceName;
    List<String> unconfigured =
        all.stream()
            .filter(provider -> List.of(provider.serviceInterfaces).contains(service))
            .filter(this::lacksConfiguration)
            .map(provider -> provider.configurationPid[0])
            .toList();
    if (unconfigured.isEmpty()) {
      findings.add(
          Status.WARN,
          name + "waits for the service " + service + ". Start a bundle that provides it.");
    } else {
      // Nobody wants it, or somebody would have configured it.
      findings.add(
          Status.OK,
          name
              + "waits for the service "
              + service
              + ", which is there once there is a configuration "
              + String.join(" or ", unconfigured)
              + ".");
    }
  }

  private boolean lacksConfiguration(ComponentDescriptionDTO component) {
    Collection<ComponentConfigurationDTO> all = runtime.getComponentConfigurationDTOs(component);
    return all.stream()
            .allMatch(one -> one.state == ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION)
        && "require".equals(component.configurationPolicy);
  }
}
