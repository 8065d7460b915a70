// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.sync.Part;
import org.junit.jupiter.api.Test;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

class FailedComponentsTest {
  private static final String TRACE =
      """
      java.lang.reflect.InvocationTargetException
      \tat some.Method
      Caused by: org.example.SomeException: url of org.chroniclesync.x is wrong.
      \tat some.Method
      """;

  @Test
  void aPartThatDidNotStartIsReportedAsWhatItIs() {
    assertThat(parts(component("org.chroniclesync.x", Map.of("discovery.name", "x"), TRACE)))
        .singleElement()
        .satisfies(
            part -> {
              assertThat(part.kind()).isEqualTo("discovery");
              assertThat(part.name()).isEqualTo("x");
              assertThat(((Part.Failed) part.state()).cause())
                  .isEqualTo("url of org.chroniclesync.x is wrong.");
            });
  }

  @Test
  void aPartOfNoKindIsReportedUnderTheNameOfItsBundle() {
    assertThat(parts(component("org.chroniclesync.x", Map.of(), TRACE)))
        .extracting(Part::kind, Part::name)
        .containsExactly(tuple("component", "org.chroniclesync.x"));
  }

  @Test
  void whatOnlyLacksAnotherPartAndWhatIsOfOthersIsNotReported() {
    String consequence =
        "X\nCaused by: org.example.SomeException: Unable to get service for reference history\n";
    ComponentConfigurationDTO well = component("org.chroniclesync.w", Map.of(), TRACE);
    well.state = ComponentConfigurationDTO.ACTIVE;

    assertThat(
            parts(
                component("org.chroniclesync.x", Map.of(), consequence),
                component("org.example.y", Map.of(), TRACE),
                well))
        .isEmpty();
  }

  private static ComponentConfigurationDTO component(
      String bundle, Map<String, Object> properties, String failure) {
    ComponentConfigurationDTO failed = new ComponentConfigurationDTO();
    failed.description = new ComponentDescriptionDTO();
    failed.description.name = bundle + ".Component";
    failed.description.bundle = new BundleDTO();
    failed.description.bundle.symbolicName = bundle;
    failed.properties = properties;
    failed.failure = failure;
    failed.state = ComponentConfigurationDTO.FAILED_ACTIVATION;
    return failed;
  }

  private static List<Part> parts(ComponentConfigurationDTO... all) {
    ServiceComponentRuntime runtime =
        (ServiceComponentRuntime)
            Proxy.newProxyInstance(
                ServiceComponentRuntime.class.getClassLoader(),
                new Class<?>[] {ServiceComponentRuntime.class},
                (proxy, method, arguments) ->
                    method.getName().equals("getComponentDescriptionDTOs")
                        ? List.of(all).stream().map(one -> one.description).toList()
                        : List.of(all).stream()
                            .filter(one -> one.description == arguments[0])
                            .toList());
    return new FailedComponents(runtime).parts();
  }
}
