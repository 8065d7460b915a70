// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** Asks the component runtime what is missing. */
final class Components {
  private Components() {}

  /** Returns what keeps the bundles and components from working, in a few lines. */
  static String explain(Container container) {
    List<String> lines = new ArrayList<>();
    for (Bundle bundle : container.bundles()) {
      if (bundle.getState() != Bundle.ACTIVE) {
        lines.add("bundle " + bundle.getSymbolicName() + " is in state " + bundle.getState());
      }
    }
    ServiceComponentRuntime runtime = container.service(ServiceComponentRuntime.class);
    if (runtime == null) {
      lines.add("there is no component runtime");
    } else {
      runtime
          .getComponentDescriptionDTOs()
          .forEach(component -> explain(runtime, component, lines));
    }
    return String.join("; ", lines);
  }

  private static void explain(
      ServiceComponentRuntime runtime, ComponentDescriptionDTO component, List<String> lines) {
    for (ComponentConfigurationDTO configuration :
        runtime.getComponentConfigurationDTOs(component)) {
      if (configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
        lines.add(component.name + " failed: " + configuration.failure);
      } else if (configuration.state == ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION) {
        lines.add(component.name + " has no configuration");
      } else if (configuration.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
        lines.add(
            component.name
                + " waits for "
                + Arrays.stream(configuration.unsatisfiedReferences)
                    .map(reference -> reference.name)
                    .collect(Collectors.joining(", ")));
      }
    }
  }
}
