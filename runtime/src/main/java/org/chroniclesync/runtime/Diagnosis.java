// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Explains why components did not start, in the words of the component runtime. */
final class Diagnosis {
  private static final String OURS = "org.chroniclesync.";
  private static final String LINE = "\n  ";
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?])\\s+(?=\\p{Lu})");

  /** What the component runtime says if a component that is needed failed. */
  private static final String CONSEQUENCE = "Unable to get service for reference ";

  /**
   * A component that did not start.
   *
   * @param bundle the name of its bundle
   * @param cause why, in sentences
   */
  record Failure(String bundle, String cause) {
    /** A status shows the other sentences elsewhere, or cuts them. */
    String firstSentence() {
      return SENTENCE_END.split(cause, 2)[0];
    }

    @Override
    public String toString() {
      return bundle + " did not start: " + cause;
    }
  }

  private final Container container;

  Diagnosis(Container container) {
    this.container = container;
  }

  String explain() {
    List<String> lines = new ArrayList<>();
    for (Bundle bundle : container.bundles()) {
      if (bundle.getState() == Bundle.INSTALLED) {
        lines.add(bundle.getSymbolicName() + " imports packages that no bundle exports");
      }
    }
    ServiceComponentRuntime runtime = container.service(ServiceComponentRuntime.class);
    if (runtime == null) {
      lines.add("the component runtime is missing");
      return LINE + String.join(LINE, lines);
    }
    for (ComponentDescriptionDTO component : runtime.getComponentDescriptionDTOs()) {
      if (component.name.startsWith(OURS)) {
        explain(runtime, component, lines);
      }
    }
    return lines.isEmpty() ? " unknown; see the log." : LINE + String.join(LINE, lines);
  }

  /** Tells whether a component whose name starts so is active. */
  boolean isActive(String name) {
    ServiceComponentRuntime runtime = container.service(ServiceComponentRuntime.class);
    return runtime != null
        && runtime.getComponentDescriptionDTOs().stream()
            .filter(component -> component.name.startsWith(name))
            .flatMap(component -> runtime.getComponentConfigurationDTOs(component).stream())
            .anyMatch(one -> one.state == ComponentConfigurationDTO.ACTIVE);
  }

  /**
   * Says of each component that failed what stopped it; one that lacks another is not the cause.
   */
  List<Failure> failures() {
    ServiceComponentRuntime runtime = container.service(ServiceComponentRuntime.class);
    return runtime == null
        ? List.of()
        : runtime.getComponentDescriptionDTOs().stream()
            .filter(component -> component.name.startsWith(OURS))
            .flatMap(component -> runtime.getComponentConfigurationDTOs(component).stream())
            .filter(one -> one.state == ComponentConfigurationDTO.FAILED_ACTIVATION)
            .filter(one -> !cause(one.failure).startsWith(CONSEQUENCE))
            .map(one -> new Failure(one.description.bundle.symbolicName, cause(one.failure)))
            .distinct()
            .toList();
  }

  private static void explain(
      ServiceComponentRuntime runtime, ComponentDescriptionDTO component, List<String> lines) {
    var configurations = runtime.getComponentConfigurationDTOs(component);
    if (configurations.isEmpty() && "require".equals(component.configurationPolicy)) {
      lines.add(component.name + " has no configuration " + component.configurationPid[0]);
    }
    for (ComponentConfigurationDTO configuration : configurations) {
      String why = why(configuration);
      if (why != null) {
        lines.add(component.name + " " + why);
      }
    }
  }

  private static @Nullable String why(ComponentConfigurationDTO configuration) {
    return switch (configuration.state) {
      case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION -> "has no configuration";
      case ComponentConfigurationDTO.UNSATISFIED_REFERENCE -> "waits for " + waits(configuration);
      case ComponentConfigurationDTO.FAILED_ACTIVATION -> "failed: " + cause(configuration.failure);
      default -> null;
    };
  }

  private static String waits(ComponentConfigurationDTO configuration) {
    List<String> names = new ArrayList<>();
    for (UnsatisfiedReferenceDTO reference : configuration.unsatisfiedReferences) {
      names.add(reference.target == null ? reference.name : reference.name + reference.target);
    }
    return String.join(", ", names);
  }

  private static String cause(@Nullable String failure) {
    if (failure == null) {
      return "see the log";
    }
    // The runtime gives a whole stack trace; a person can act on its innermost cause.
    String cause =
        failure
            .lines()
            .filter(line -> line.startsWith("Caused by: "))
            .reduce((first, second) -> second)
            .orElseGet(() -> failure.lines().findFirst().orElse(""));
    String sentence = cause.replaceFirst("^(Caused by: )?([\\w.$]+(Exception|Error): )?", "");
    return sentence.endsWith(".") ? sentence : sentence + ".";
  }
}
