// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.health.felix;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.felix.hc.api.HealthCheck;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.Part;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.bundle.Capability;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.runtime.ServiceComponentRuntime;

/**
 * Registers the checks. They are there as long as this bundle runs, also without a node: then they
 * say that it is missing.
 */
@Component(
    service = {},
    immediate = true)
@Capability(
    namespace = "osgi.service",
    attribute = "objectClass:List<String>=\"org.apache.felix.hc.api.HealthCheck\"",
    uses = HealthCheck.class,
    effective = "active")
// It runs while nobody asks, but to no purpose; so a resolver should bring somebody.
@Requirement(
    namespace = "osgi.service",
    filter = "(objectClass=org.apache.felix.hc.api.execution.HealthCheckExecutor)",
    effective = "active")
public final class HealthChecks {
  /** The tag of all checks of this bundle. */
  static final String TAG = "chroniclesync";

  /** Parts that have a check of their own, by its tag. */
  private static final Map<String, Predicate<Part>> PARTS =
      Map.of(
          "storage", kind("storage"),
          "discovery", kind("discovery"),
          "transports", kind("transport"),
          "crypto", kind("identity"),
          "importer", kind("importer").or(HealthChecks::isImporterThatDidNotStart));

  private final AtomicReference<@Nullable Node> node = new AtomicReference<>();
  private final List<ServiceRegistration<HealthCheck>> registered = new ArrayList<>();
  private final BundleContext bundles;
  private final ServiceComponentRuntime runtime;

  /**
   * Makes it; it registers nothing before the node is bound.
   *
   * @param bundles where to register the checks
   * @param runtime knows the components that lack something
   */
  @Activate
  public HealthChecks(BundleContext bundles, @Reference ServiceComponentRuntime runtime) {
    this.bundles = bundles;
    this.runtime = runtime;
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Node.class)
  void bindNode(Node arriving) {
    node.set(arriving);
  }

  void unbindNode(Node leaving) {
    node.compareAndSet(leaving, null);
  }

  @Activate
  void register() {
    PARTS.forEach((tag, which) -> register(tag, new PartsCheck(node::get, which)));
    register("peers", new PeersCheck(node::get));
    Predicate<Part> others = part -> PARTS.values().stream().noneMatch(which -> which.test(part));
    register("components", new ComponentsCheck(node::get, others, runtime, bundles::getBundles));
  }

  private static Predicate<Part> kind(String kind) {
    return part -> part.kind().equals(kind);
  }

  /** The node knows no more of one than its bundle. */
  private static boolean isImporterThatDidNotStart(Part part) {
    return part.kind().equals("component") && part.name().startsWith("org.chroniclesync.importer.");
  }

  private void register(String tag, HealthCheck check) {
    String name = "ChronicleSync " + tag;
    Map<String, Object> properties =
        Map.of(
            HealthCheck.NAME,
            name,
            HealthCheck.TAGS,
            new String[] {TAG, tag},
            HealthCheck.MBEAN_NAME,
            name);
    registered.add(
        bundles.registerService(HealthCheck.class, check, FrameworkUtil.asDictionary(properties)));
  }

  @Deactivate
  void deactivate() {
    registered.forEach(ServiceRegistration::unregister);
  }
}
