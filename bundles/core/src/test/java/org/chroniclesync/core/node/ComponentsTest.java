// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.sync.Part;
import org.junit.jupiter.api.Test;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** A component that refuses to start is a part that failed, with the sentence that it threw. */
class ComponentsTest {
  private static final String TRACE =
      """
      java.lang.reflect.InvocationTargetException
      \tat some.Method
      Caused by: org.example.SomeException: url is wrong. Correct it.
      \tat some.Method
      Caused by: org.example.OtherException: only for the log
      """;

  private static final Part.Failed WRONG = new Part.Failed("url is wrong.", "Correct it.");

  @Test
  void aPartThatDidNotStartIsReportedAsWhatItIs() {
    String name = Discovery.class.getName();

    assertThat(
            parts(
                component("org.chroniclesync.x", name, Map.of("discovery.name", "x"), TRACE),
                component(
                    "org.example.y",
                    name,
                    Map.of("discovery.name", "y", "service.pid", "org.example.y~home"),
                    TRACE)))
        .containsExactly(new Part("discovery", "x", WRONG), new Part("discovery", "y~home", WRONG));
  }

  @Test
  void aPartOfNoKindIsReportedUnderTheNameOfItsBundle() {
    assertThat(parts(component("org.chroniclesync.x", "X", Map.of(), TRACE)))
        .containsExactly(new Part("component", "org.chroniclesync.x", WRONG));
  }

  @Test
  void aFailureWithoutASentenceIsReportedAllTheSame() {
    Part part =
        parts(component("org.chroniclesync.x", "X", Map.of(), "java.lang.NullPointerException"))
            .get(0);

    assertThat(((Part.Failed) part.state()).cause()).contains("did not start");
  }

  @Test
  void whatOnlyLacksAnotherPartAndWhatIsOfOthersIsNotReported() {
    String consequence =
        "X\nCaused by: org.example.SomeException: Unable to get service for reference history\n";
    ComponentConfigurationDTO well = component("org.chroniclesync.w", "X", Map.of(), TRACE);
    well.state = ComponentConfigurationDTO.ACTIVE;

    assertThat(
            parts(
                component("org.chroniclesync.x", "X", Map.of(), consequence),
                component("org.example.y", "X", Map.of(), TRACE),
                well))
        .isEmpty();
  }

  private static ComponentConfigurationDTO component(
      String bundle, String service, Map<String, Object> properties, String failure) {
    ComponentConfigurationDTO failed = new ComponentConfigurationDTO();
    failed.description = new ComponentDescriptionDTO();
    failed.description.name = bundle + ".Component";
    failed.description.serviceInterfaces = new String[] {service};
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
    return new Components(runtime).parts();
  }
}
