// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.health.felix;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.Dictionary;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.sync.Part;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.ReferenceDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** What the node cannot know of is told all the same. */
class ComponentsCheckTest {
  private static final String OURS = "org.chroniclesync.x";
  private static final String SERVICE = "org.example.Service";

  @Test
  void aComponentThatWaitsIsToldWithWhatItWaitsFor() {
    assertThat(check(null, waiting(OURS)))
        .containsExactly(
            "WARN component org.chroniclesync.x.Component: waits for the service"
                + " org.example.Service. Start a bundle that provides it.");
  }

  @Test
  void whatWaitsForSomethingThatNobodyConfiguredIsAsItShouldBe() {
    ComponentConfigurationDTO provider =
        component("org.chroniclesync.y", ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION);
    provider.description.serviceInterfaces = new String[] {SERVICE};
    provider.description.configurationPolicy = "require";

    assertThat(check(null, waiting(OURS), provider))
        .containsExactly(
            "OK component org.chroniclesync.x.Component: waits for the service"
                + " org.example.Service, which is there once there is a configuration"
                + " org.chroniclesync.y.");
  }

  @Test
  void aFailureIsToldOnlyWhereNoNodeTellsIt() {
    ComponentConfigurationDTO failed = component(OURS, ComponentConfigurationDTO.FAILED_ACTIVATION);
    failed.failure = "org.example.AnException: url of x is wrong; it must be right.\n\tat some";
    ComponentConfigurationDTO consequence =
        component(OURS, ComponentConfigurationDTO.FAILED_ACTIVATION);
    consequence.failure = "org.example.AnException: Unable to get service for reference history";

    assertThat(check(null, failed, consequence))
        .containsExactly(
            "CRITICAL component org.chroniclesync.x.Component: url of x is wrong; it must be right."
                + " Correct what it names, and restart the bundle org.chroniclesync.x.");
    assertThat(check(new SayingNode(List.of(), List.of()), failed))
        .containsExactly("OK All components work.");
  }

  @Test
  void partsWithoutACheckOfTheirOwnAreTold() {
    Part codec = new Part("codec", "", new Part.Missing("No codec.", "Start one."));

    assertThat(check(new SayingNode(List.of(codec), List.of())))
        .containsExactly("CRITICAL codec: No codec. Start one.");
  }

  @Test
  void othersComponentsAreNoneOfOurBusiness() {
    assertThat(check(null, waiting("org.example.theirs")))
        .containsExactly("OK All components work.");
  }

  @Test
  void aBundleThatIsNotResolvedIsTold() {
    assertThat(
            bundles(
                bundle("org.chroniclesync.x", Bundle.INSTALLED, false),
                bundle("org.chroniclesync.fragment", Bundle.INSTALLED, true),
                bundle("org.chroniclesync.stopped", Bundle.RESOLVED, false),
                bundle("org.example.theirs", Bundle.INSTALLED, false)))
        .containsExactly(
            "WARN bundle org.chroniclesync.x: not resolved. Start it; the message names what it"
                + " lacks.");
  }

  private static ComponentConfigurationDTO waiting(String bundle) {
    ComponentConfigurationDTO waiting =
        component(bundle, ComponentConfigurationDTO.UNSATISFIED_REFERENCE);
    ReferenceDTO reference = new ReferenceDTO();
    reference.name = "Service";
    reference.interfaceName = SERVICE;
    waiting.description.references = new ReferenceDTO[] {reference};
    UnsatisfiedReferenceDTO missing = new UnsatisfiedReferenceDTO();
    missing.name = reference.name;
    waiting.unsatisfiedReferences = new UnsatisfiedReferenceDTO[] {missing};
    return waiting;
  }

  private static ComponentConfigurationDTO component(String bundle, int state) {
    ComponentConfigurationDTO one = new ComponentConfigurationDTO();
    one.description = new ComponentDescriptionDTO();
    one.description.name = bundle + ".Component";
    one.description.serviceInterfaces = new String[0];
    one.description.configurationPid = new String[] {bundle};
    one.description.configurationPolicy = "optional";
    one.description.bundle = new BundleDTO();
    one.description.bundle.symbolicName = bundle;
    one.state = state;
    return one;
  }

  private static Bundle bundle(String name, int state, boolean fragment) {
    Dictionary<String, String> headers =
        FrameworkUtil.asDictionary(fragment ? Map.of(Constants.FRAGMENT_HOST, "host") : Map.of());
    return (Bundle)
        Proxy.newProxyInstance(
            Bundle.class.getClassLoader(),
            new Class<?>[] {Bundle.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getSymbolicName" -> name;
                  case "getState" -> state;
                  case "getHeaders" -> headers;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static List<String> bundles(Bundle... bundles) {
    return ChecksTest.lines(
        new ComponentsCheck(() -> null, part -> true, runtime(), () -> bundles).execute());
  }

  private static List<String> check(
      @Nullable SayingNode node, ComponentConfigurationDTO... components) {
    return ChecksTest.lines(
        new ComponentsCheck(() -> node, part -> true, runtime(components), () -> new Bundle[0])
            .execute());
  }

  private static ServiceComponentRuntime runtime(ComponentConfigurationDTO... all) {
    return (ServiceComponentRuntime)
        Proxy.newProxyInstance(
            ServiceComponentRuntime.class.getClassLoader(),
            new Class<?>[] {ServiceComponentRuntime.class},
            (proxy, method, arguments) ->
                method.getName().equals("getComponentDescriptionDTOs")
                    ? List.of(all).stream().map(one -> one.description).toList()
                    : List.of(all).stream()
                        .filter(one -> one.description == arguments[0])
                        .toList());
  }
}
