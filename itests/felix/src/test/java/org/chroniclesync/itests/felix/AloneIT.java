// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** What a manifest says is enough, and what it does not say is not needed. */
@Timeout(900)
class AloneIT {
  /** All that is handed out; the distribution lends some of it from its launcher. */
  private static final Path BUNDLES =
      Path.of(System.getProperty("chroniclesync.lists")).resolve("../../repository");

  private static final String OURS = "org.chroniclesync.";

  /** Together with what they configure they would make an account, and read the browsers here. */
  private static final String CONFIGURATIONS = OURS + "config.";

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path folder;
  private Framework framework;
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void start() throws Exception {
    framework =
        new FrameworkFactory()
            .newFramework(
                Map.of(
                    Constants.FRAMEWORK_STORAGE,
                    folder.resolve("cache").toString(),
                    "org.ops4j.pax.logging.DefaultServiceLog.level",
                    "WARN",
                    "org.osgi.service.http.port",
                    "0",
                    "org.apache.felix.http.host",
                    "127.0.0.1"));
    framework.start();
    framework.getBundleContext().addFrameworkListener(this::note);
  }

  private void note(FrameworkEvent event) {
    // That a bundle cannot be restarted while one is away that it requires is no error of its own.
    boolean lacks =
        event.getThrowable() instanceof BundleException failure
            && failure.getType() == BundleException.RESOLVE_ERROR;
    boolean ours = event.getBundle().getSymbolicName().startsWith(OURS);
    if (event.getType() == FrameworkEvent.ERROR && ours && !lacks && !isGone(event)) {
      errors.add(event.getBundle() + ": " + event.getThrowable());
    }
  }

  /**
   * Somebody asked for a service while it went, which nothing can exclude. Felix shows the factory
   * in brackets, or null there once the service is unregistered; a component that fails to activate
   * leaves its factory registered.
   */
  private static boolean isGone(FrameworkEvent event) {
    return event.getThrowable() instanceof ServiceException failure
        && failure.getType() == ServiceException.FACTORY_ERROR
        && String.valueOf(failure.getMessage()).endsWith("(null)");
  }

  @AfterEach
  void stop() throws Exception {
    framework.stop();
    framework.waitForStop(PATIENCE.toMillis());
  }

  static List<String> ours() throws IOException {
    List<String> ours = new ArrayList<>();
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(BUNDLES, OURS + "*.jar")) {
      for (Path jar : jars) {
        try (JarFile file = new JarFile(jar.toFile())) {
          if (file.getManifest().getMainAttributes().getValue(Constants.FRAGMENT_HOST) == null) {
            ours.add(jar.getFileName().toString().replace(".jar", ""));
          }
        }
      }
    }
    return ours.stream().sorted().toList();
  }

  @ParameterizedTest
  @MethodSource("ours")
  void aBundleStartsWithWhatItsManifestRequires(String name) throws Exception {
    List<Bundle> all = installAll();
    Bundle bundle = named(all, name);
    assertThat(wiring().resolveBundles(List.of(bundle))).isTrue();
    Set<Bundle> needed = neededBy(bundle);
    for (Bundle other : all) {
      if (!needed.contains(other) && other != bundle) {
        other.uninstall();
      }
    }
    refresh(List.of());

    startAll(needed);
    startAll(List.of(bundle));

    assertThat(bundle.getState()).isEqualTo(Bundle.ACTIVE);
    assertThat(needed).allMatch(other -> isUp(other));
    assertThat(errors).isEmpty();
  }

  @Test
  void eachBundleOutlivesThoseThatItDoesNotRequire() throws Exception {
    List<Bundle> all = new ArrayList<>(installAll());
    for (Bundle bundle : List.copyOf(all)) {
      if (bundle.getSymbolicName().startsWith(CONFIGURATIONS)) {
        bundle.uninstall();
        all.remove(bundle);
      }
    }
    startAll(all);
    assertThat(all).allMatch(AloneIT::isUp);

    for (Bundle leaving : List.copyOf(all)) {
      List<Bundle> indifferent =
          all.stream()
              .filter(other -> other != leaving && !neededBy(other).contains(leaving))
              .toList();
      leaving.uninstall();
      refresh(List.of(leaving));
      assertThat(indifferent).as("without %s", leaving).allMatch(AloneIT::isUp);

      all.remove(leaving);
      Bundle back = framework.getBundleContext().installBundle(leaving.getLocation());
      all.add(back);
      String host = back.getHeaders().get(Constants.FRAGMENT_HOST);
      if (host != null) {
        // Felix attaches a fragment only while its host is resolved.
        refresh(List.of(named(all, host)));
      }
      startAll(all);
      assertThat(all).as("with %s again", leaving).allMatch(AloneIT::isUp);
    }
    assertThat(errors).isEmpty();
  }

  private List<Bundle> installAll() throws Exception {
    List<Path> jars;
    try (Stream<Path> files = Files.list(BUNDLES)) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    List<Bundle> bundles = new ArrayList<>();
    for (Path jar : jars) {
      bundles.add(framework.getBundleContext().installBundle("reference:" + jar.toUri()));
    }
    return bundles;
  }

  private static Bundle named(List<Bundle> bundles, String name) {
    return bundles.stream()
        .filter(bundle -> bundle.getSymbolicName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** All that a bundle cannot be resolved without, as it is wired now. */
  private Set<Bundle> neededBy(Bundle bundle) {
    Set<Bundle> needed = new LinkedHashSet<>();
    Deque<Bundle> open = new ArrayDeque<>(List.of(bundle));
    while (!open.isEmpty()) {
      for (Bundle provider : providers(open.remove())) {
        if (provider != framework && provider != bundle && needed.add(provider)) {
          open.add(provider);
        }
      }
    }
    return needed;
  }

  private static Set<Bundle> providers(Bundle bundle) {
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    if (wiring == null) {
      return Set.of();
    }
    return wiring.getRequiredWires(null).stream()
        .filter(AloneIT::isMandatory)
        // A fragment's capability is provided by its host's wiring; both are needed.
        .flatMap(wire -> Stream.of(wire.getProvider(), wire.getCapability().getRevision()))
        .map(revision -> revision.getBundle())
        .collect(Collectors.toSet());
  }

  private static boolean isMandatory(BundleWire wire) {
    return !Constants.RESOLUTION_OPTIONAL.equals(
        wire.getRequirement().getDirectives().get(Constants.RESOLUTION_DIRECTIVE));
  }

  private static void startAll(Collection<Bundle> bundles) throws BundleException {
    for (Bundle bundle : bundles) {
      if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
        bundle.start();
      }
    }
  }

  /** A fragment need not be attached: it may be for another platform. */
  private static boolean isUp(Bundle bundle) {
    return bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null
        || bundle.getState() == Bundle.ACTIVE;
  }

  private FrameworkWiring wiring() {
    return framework.adapt(FrameworkWiring.class);
  }

  private void refresh(Collection<Bundle> bundles) throws InterruptedException {
    CountDownLatch refreshed = new CountDownLatch(1);
    wiring()
        .refreshBundles(
            bundles.isEmpty() ? null : bundles,
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
              }
            });
    assertThat(refreshed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }
}
