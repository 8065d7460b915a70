// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.felix.framework.FrameworkFactory;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** A framework with its bundles. */
final class Container {
  /** Packages whose services the launcher itself uses, so that both sides mean the same classes. */
  private static final String SHARED_PACKAGES =
      "org.osgi.service.cm;version=1.6.1,"
          + "org.osgi.service.component;version=1.5.0,"
          + "org.osgi.service.component.runtime;version=1.5.0,"
          + "org.osgi.service.component.runtime.dto;version=1.5.0,"
          + "org.osgi.util.promise;version=1.3.0,"
          + "org.osgi.util.function;version=1.2.0";

  /** Started before all others: a log from the first line, and configurations before components. */
  private static final List<String> FIRST =
      List.of(
          "pax-logging-api",
          "pax-logging-logback",
          "org.apache.felix.configadmin",
          "org.apache.felix.configadmin.plugin.interpolation");

  private final Framework framework;

  Container(Path cache, Map<String, String> properties) {
    Map<String, String> all = new HashMap<>(properties);
    all.put(Constants.FRAMEWORK_STORAGE, cache.toString());
    // What runs is what the distribution and the configuration files say, not what was once there.
    all.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    all.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SHARED_PACKAGES);
    framework = new FrameworkFactory().newFramework(all);
  }

  /**
   * Starts the framework and its bundles, and those that are kept, if any.
   *
   * @return one sentence for each bundle that stays down because something that it requires is
   *     missing; the others run without it
   */
  List<String> start(List<Path> bundles, Collection<Setting> settings, @Nullable KeptBundles kept)
      throws BundleException, IOException, InterruptedException {
    framework.start();
    BundleContext context = framework.getBundleContext();
    if (kept != null) {
      kept.register(context);
    }
    Map<String, Bundle> installed = new HashMap<>();
    for (Path bundle : bundles) {
      String name = bundle.getFileName().toString().replaceFirst("\\.jar$", "");
      installed.put(name, context.installBundle("reference:" + bundle.toUri(), null));
    }
    for (String name : FIRST) {
      Bundle bundle = installed.get(name);
      if (bundle != null) {
        bundle.start();
      }
    }
    configure(settings);
    List<String> down = new ArrayList<>();
    for (Bundle bundle : installed.values()) {
      if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
        start(bundle, down);
      }
    }
    if (kept != null) {
      kept.start(context);
    }
    return down;
  }

  private static void start(Bundle bundle, List<String> down) throws BundleException {
    try {
      bundle.start();
    } catch (BundleException e) {
      if (e.getType() != BundleException.RESOLVE_ERROR) {
        throw e;
      }
      down.add(bundle.getSymbolicName() + " did not start: " + Missing.of(e));
    }
  }

  /** The bundles; none once the framework was stopped. */
  List<Bundle> bundles() {
    BundleContext context = framework.getBundleContext();
    return context == null ? List.of() : List.of(context.getBundles());
  }

  /**
   * A reference to a service by the name of its interface, or null while there is none. Only the
   * name counts: the class path of a checkout contains the api, too, so the launcher and the
   * bundles may have different classes of that name.
   */
  @Nullable ServiceReference<?> reference(String type) {
    BundleContext context = framework.getBundleContext();
    try {
      ServiceReference<?>[] all =
          context == null ? null : context.getAllServiceReferences(type, null);
      return all == null ? null : Collections.max(Arrays.asList(all));
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException("no filter is no wrong filter", e);
    }
  }

  /** Activates the component behind a service; tells whether it is there. */
  boolean activates(ServiceReference<?> reference) {
    BundleContext context = framework.getBundleContext();
    return context != null && context.getService(reference) != null;
  }

  /** Waits until the framework was stopped from inside. */
  void awaitStop() throws InterruptedException {
    FrameworkEvent event = framework.waitForStop(0);
    if (event.getType() == FrameworkEvent.ERROR) {
      throw new IllegalStateException("the framework failed", event.getThrowable());
    }
  }

  /**
   * Stops all bundles, in the order that their dependencies ask for.
   *
   * @return false if that was not over in time
   */
  boolean stop(Duration patience) throws BundleException, InterruptedException {
    framework.stop();
    return framework.waitForStop(patience.toMillis()).getType() != FrameworkEvent.WAIT_TIMEDOUT;
  }

  <S> @Nullable S service(Class<S> type) {
    BundleContext context = framework.getBundleContext();
    ServiceReference<S> reference = context == null ? null : context.getServiceReference(type);
    return reference == null ? null : context.getService(reference);
  }

  /** Gives each configuration its values; one that has them is left alone. */
  void configure(Collection<Setting> settings) throws IOException {
    ConfigurationAdmin admin = service(ConfigurationAdmin.class);
    if (admin == null) {
      throw new IllegalStateException("no ConfigurationAdmin among the bundles");
    }
    for (Setting setting : settings) {
      String name = setting.name();
      Configuration configuration =
          name == null
              ? admin.getConfiguration(setting.pid(), "?")
              : admin.getFactoryConfiguration(setting.pid(), name, "?");
      configuration.updateIfDifferent(FrameworkUtil.asDictionary(setting.values()));
    }
  }

  /** Reads the list of a role: one file name a line, a number sign begins a remark. */
  static List<Path> bundles(Path list, Path folder) throws IOException {
    List<Path> bundles = new ArrayList<>();
    for (String line : Files.readAllLines(list)) {
      String name = line.strip();
      if (!name.isEmpty() && !name.startsWith("#")) {
        bundles.add(folder.resolve(name + ".jar"));
      }
    }
    String missing =
        bundles.stream()
            .filter(bundle -> !Files.isRegularFile(bundle))
            .map(bundle -> bundle.getFileName().toString())
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw new IOException(
          "the distribution is incomplete: it lacks " + missing + "; build it again");
    }
    return bundles;
  }
}
