// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.List;
import java.util.Map;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

/**
 * Reports parts that the component runtime could not activate, such as for a value that is not
 * allowed. The runtime itself writes that into the log only.
 */
@Component
public final class FailedComponents implements PartReporter {
  private static final String OURS = "org.chroniclesync.";
  private static final String REMEDY =
      "Correct what it names, then restart the node or update the configuration.";

  /** What the runtime says of a component that needs one which failed: no cause of its own. */
  private static final String CONSEQUENCE = "Unable to get service for reference ";

  /** What tells a part among those of its kind, by the property of its component. */
  private static final Map<String, String> KINDS =
      Map.of(
          "storage.type", "storage",
          "transport.name", "transport",
          "discovery.name", "discovery",
          "message.type", "handler");

  private final ServiceComponentRuntime runtime;

  /**
   * Begins to report.
   *
   * @param runtime knows all components
   */
  @Activate
  public FailedComponents(@Reference ServiceComponentRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public List<Part> parts() {
    return runtime.getComponentDescriptionDTOs().stream()
        .filter(component -> component.name.startsWith(OURS))
        .flatMap(component -> runtime.getComponentConfigurationDTOs(component).stream())
        .filter(one -> one.state == ComponentConfigurationDTO.FAILED_ACTIVATION)
        .filter(one -> !cause(one.failure).startsWith(CONSEQUENCE))
        .map(FailedComponents::part)
        .toList();
  }

  private static Part part(ComponentConfigurationDTO failed) {
    Part.State state = new Part.Failed(cause(failed.failure), REMEDY);
    for (Map.Entry<String, String> kind : KINDS.entrySet()) {
      if (failed.properties.get(kind.getKey()) instanceof String name) {
        return new Part(kind.getValue(), name, state);
      }
    }
    return new Part("component", failed.description.bundle.symbolicName, state);
  }

  /** The runtime gives a whole stack trace; a person can act on its innermost cause. */
  static String cause(@Nullable String failure) {
    if (failure == null) {
      return "It did not start; the log says why.";
    }
    String cause =
        failure
            .lines()
            .filter(line -> line.startsWith("Caused by: "))
            .reduce((first, second) -> second)
            .orElseGet(() -> failure.lines().findFirst().orElse(""));
    return cause.replaceFirst("^(Caused by: )?([\\w.$]+(Exception|Error): )?", "");
  }
}
