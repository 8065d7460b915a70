// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.felix.framework.FrameworkFactory;
import org.chroniclesync.api.discovery.Signal;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** A framework with the bundles of one list of the distribution. */
final class Container implements AutoCloseable {
  private static final String HTTP_PORT = "org.osgi.service.http.port";
  private static final String HTTP_HOST = "org.apache.felix.http.host";

  /** Where the jars are; set by the build. */
  private static final String BUNDLES = "chroniclesync.bundles";

  /** Where the lists of the distribution are; set by the build. */
  private static final String LISTS = "chroniclesync.lists";

  /** The configuration of the log; set by the build. */
  private static final String LOGBACK = "chroniclesync.logback";

  /** All that the build sets, for a process that goes on with it. */
  static final List<String> PROPERTIES = List.of(BUNDLES, LISTS, LOGBACK);

  private static final String API = "org.chroniclesync.api";
  private static final Set<String> LENT = Set.of(API);
  private static final String LENT_PACKAGES =
      "org.osgi.service.cm;version=1.6.1,"
          + "org.osgi.service.component;version=1.5.0,"
          + "org.osgi.service.component.runtime;version=1.5.0,"
          + "org.osgi.service.component.runtime.dto;version=1.5.0,"
          + "org.osgi.service.event;version=1.4.1,"
          + "org.osgi.util.promise;version=1.3.0,"
          + "org.osgi.util.function;version=1.2.0";

  /** A package in a manifest's Export-Package; those that it uses are followed by no semicolon. */
  private static final Pattern EXPORTED =
      Pattern.compile("(?:^|,)(org\\.chroniclesync\\.api[\\w.]*);");

  /** Nodes of tests say nothing on the network of whoever runs them, unless a test wants it. */
  private static final Map<String, Map<String, Object>> QUIET =
      Map.of("org.chroniclesync.discovery.mdns", Map.of("enabled", false));

  private static final long STOP_MILLIS = 180_000;

  private final Framework framework;

  private Container(Framework framework) {
    this.framework = framework;
  }

  /**
   * Starts a framework.
   *
   * @param list the name of the list, {@code node} or {@code discovery}
   * @param cache where the framework keeps its bundles
   * @param properties of the framework
   * @param configurations by PID, or {@code PID~name} for one of a factory
   */
  static Container start(
      String list,
      Path cache,
      Map<String, String> properties,
      Map<String, Map<String, Object>> configurations)
      throws IOException {
    return start(list, cache, properties, configurations, Map.of(), Set.of());
  }

  /**
   * Starts a framework whose bundles are not those of the list.
   *
   * @param jars what is taken for bundles of the list, by their names
   * @param absent bundles of the list that are left away
   */
  static Container start(
      String list,
      Path cache,
      Map<String, String> properties,
      Map<String, Map<String, Object>> configurations,
      Map<String, Path> jars,
      Set<String> absent)
      throws IOException {
    // The page of a node takes a free port: tests run several nodes at once.
    Map<String, String> all = new LinkedHashMap<>(Map.of(HTTP_PORT, "0", HTTP_HOST, "127.0.0.1"));
    all.putAll(properties);
    all.put(Constants.FRAMEWORK_STORAGE, cache.toString());
    all.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    all.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, LENT_PACKAGES + apiPackages());
    all.put("org.ops4j.pax.logging.StaticLogbackFile", property(LOGBACK));
    all.put("org.ops4j.pax.logging.DefaultServiceLog.level", "WARN");
    Container container = new Container(new FrameworkFactory().newFramework(all));
    try {
      List<String> names = new ArrayList<>(names(list));
      names.removeAll(absent);
      Map<String, Map<String, Object>> configured = new LinkedHashMap<>(QUIET);
      configured.putAll(configurations);
      container.boot(names, jars, configured);
      return container;
    } catch (BundleException | RuntimeException | IOException e) {
      container.close();
      throw new IllegalStateException("the framework did not start", e);
    }
  }

  /**
   * Returns the jar of a bundle.
   *
   * @param name as the lists have it
   * @return the jar
   */
  static Path jar(String name) {
    return Path.of(property(BUNDLES)).resolve(name + ".jar");
  }

  static Path lists() {
    return Path.of(property(LISTS));
  }

  /** All that the api on the class path exports, so that no list of ours lags behind. */
  private static String apiPackages() {
    try (InputStream manifest = apiManifest()) {
      String exports =
          new Manifest(manifest).getMainAttributes().getValue(Constants.EXPORT_PACKAGE);
      return EXPORTED
          .matcher(exports)
          .results()
          .map(found -> "," + found.group(1) + ";version=1.0.0")
          .collect(Collectors.joining());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream apiManifest() throws IOException {
    String jarOrFolder = Signal.class.getResource("Signal.class").toString();
    String path = Signal.class.getName().replace('.', '/') + ".class";
    return new URL(jarOrFolder.replace(path, JarFile.MANIFEST_NAME)).openStream();
  }

  private static List<String> names(String list) throws IOException {
    return Files.readAllLines(lists().resolve(list).resolve("bundles")).stream()
        .map(String::strip)
        .filter(name -> !name.isEmpty() && !name.startsWith("#") && !LENT.contains(name))
        .toList();
  }

  private void boot(
      List<String> names, Map<String, Path> jars, Map<String, Map<String, Object>> configurations)
      throws BundleException, IOException {
    framework.start();
    List<Bundle> installed = new ArrayList<>();
    for (String name : names) {
      Path jar = jars.getOrDefault(name, jar(name));
      Bundle bundle = framework.getBundleContext().installBundle("reference:" + jar.toUri(), null);
      installed.add(bundle);
      if (name.endsWith(".configadmin")) {
        bundle.start();
      }
    }
    for (Map.Entry<String, Map<String, Object>> entry : configurations.entrySet()) {
      configure(entry.getKey(), entry.getValue());
    }
    for (Bundle bundle : installed) {
      if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
        bundle.start();
      }
    }
  }

  /** Installs a bundle into the framework that runs, and starts it. */
  Bundle install(Path jar) throws BundleException {
    Bundle bundle = framework.getBundleContext().installBundle(jar.toUri().toString());
    bundle.start();
    return bundle;
  }

  <S> ServiceRegistration<S> register(Class<S> type, S service, Map<String, Object> properties) {
    return framework
        .getBundleContext()
        .registerService(type, service, FrameworkUtil.asDictionary(properties));
  }

  void configure(String name, Map<String, Object> values) throws IOException {
    ConfigurationAdmin admin = service(ConfigurationAdmin.class);
    if (admin == null) {
      throw new IllegalStateException("there is no ConfigurationAdmin");
    }
    int tilde = name.indexOf('~');
    Configuration configuration =
        tilde < 0
            ? admin.getConfiguration(name, "?")
            : admin.getFactoryConfiguration(
                name.substring(0, tilde), name.substring(tilde + 1), "?");
    configuration.update(FrameworkUtil.asDictionary(values));
  }

  <S> @Nullable S service(Class<S> type) {
    BundleContext context = framework.getBundleContext();
    ServiceReference<S> reference = context == null ? null : context.getServiceReference(type);
    return context == null || reference == null ? null : context.getService(reference);
  }

  /** Waits for a service; if it does not come, says what the component runtime says. */
  <S> S await(Class<S> type, Predicate<S> ready) {
    Waiting.until(
        "the service " + type.getSimpleName(),
        () -> {
          S service = service(type);
          return service != null && ready.test(service);
        },
        () -> Components.explain(this));
    S service = service(type);
    if (service == null) {
      throw new IllegalStateException(type.getSimpleName() + " went away");
    }
    return service;
  }

  List<Bundle> bundles() {
    BundleContext context = framework.getBundleContext();
    return context == null ? List.of() : List.of(context.getBundles());
  }

  @Override
  public void close() {
    try {
      framework.stop();
      FrameworkEvent event = framework.waitForStop(STOP_MILLIS);
      if (event.getType() == FrameworkEvent.WAIT_TIMEDOUT) {
        throw new IllegalStateException("the framework did not stop within " + STOP_MILLIS + " ms");
      }
    } catch (BundleException e) {
      throw new IllegalStateException("the framework did not stop", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the framework stopped", e);
    }
  }

  private static String property(String key) {
    String value = System.getProperty(key);
    if (value == null) {
      throw new IllegalStateException("the system property " + key + " is missing");
    }
    return value;
  }
}
