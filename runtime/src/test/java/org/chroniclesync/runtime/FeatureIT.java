// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.feature.impl.FeatureServiceImpl;
import org.apache.felix.framework.FrameworkFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.launch.Framework;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.feature.Feature;
import org.osgi.service.feature.FeatureBundle;
import org.osgi.service.feature.FeatureConfiguration;
import org.osgi.service.feature.ID;

/** A feature is all that somebody with a framework of their own has to know. */
class FeatureIT {
  private static final String NODE = "org.chroniclesync.api.sync.Node";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @ParameterizedTest
  @ValueSource(strings = {"node", "discovery"})
  void eachBundleOfAFeatureIsThere(String role) throws IOException {
    Feature feature = feature(role);

    assertThat(feature.getID().getArtifactId()).isEqualTo("org.chroniclesync." + role);
    assertThat(feature.getBundles()).hasSizeGreaterThan(10);
    assertThat(feature.getBundles()).allSatisfy(bundle -> assertThat(jar(bundle)).isRegularFile());
  }

  @Test
  void aBareFrameworkBecomesANodeByTheFeatureAlone(@TempDir Path folder) throws Exception {
    Framework framework = new FrameworkFactory().newFramework(properties(folder));
    framework.start();
    try {
      BundleContext context = framework.getBundleContext();
      Feature feature = feature("node");
      List<Bundle> bundles = new ArrayList<>();
      for (FeatureBundle bundle : feature.getBundles()) {
        bundles.add(context.installBundle("reference:" + jar(bundle).toUri()));
      }
      start(bundles, "org.apache.felix.configadmin");
      configure(context, feature, folder);
      start(bundles, "");

      Awaitility.await()
          .atMost(PATIENCE)
          // All: the class path of the test has a class of that name too, which is another one.
          .until(() -> context.getAllServiceReferences(NODE, null) != null);
      Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("history.db")));
      assertThat(bundles).noneMatch(bundle -> bundle.getState() == Bundle.INSTALLED);
    } finally {
      framework.stop();
      framework.waitForStop(PATIENCE.toMillis());
    }
  }

  private static Map<String, String> properties(Path folder) {
    return Map.of(
        Constants.FRAMEWORK_STORAGE,
        folder.resolve("cache").toString(),
        "org.ops4j.pax.logging.DefaultServiceLog.level",
        "WARN",
        // The test itself uses this one, so both must mean the same classes.
        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
        "org.osgi.service.cm;version=1.6.1");
  }

  private static void start(List<Bundle> bundles, String name) throws Exception {
    for (Bundle bundle : bundles) {
      boolean wanted = name.isEmpty() || bundle.getSymbolicName().equals(name);
      if (wanted && bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
        bundle.start();
      }
    }
  }

  private static void configure(BundleContext context, Feature feature, Path folder)
      throws IOException {
    ConfigurationAdmin admin =
        context.getService(context.getServiceReference(ConfigurationAdmin.class));
    for (FeatureConfiguration configuration : feature.getConfigurations().values()) {
      Map<String, Object> values = new HashMap<>();
      configuration
          .getValues()
          .forEach(
              (key, value) ->
                  values.put(key, value.toString().replace("${data}", folder.toString())));
      // The test must not read the browsers of the person who runs it.
      values.replace("profiles", new String[] {folder.resolve("no-profile").toString()});
      admin
          .getConfiguration(configuration.getPid(), "?")
          .update(FrameworkUtil.asDictionary(values));
    }
  }

  private static Feature feature(String role) throws IOException {
    Path file = Built.distribution().resolve("feature").resolve(role + ".json");
    try (Reader reader = Files.newBufferedReader(file)) {
      return new FeatureServiceImpl().readFeature(reader);
    }
  }

  private static Path jar(FeatureBundle bundle) {
    ID id = bundle.getID();
    String classifier = id.getClassifier().map(text -> "-" + text).orElse("");
    return Built.distribution().resolve("bundle").resolve(id.getArtifactId() + classifier + ".jar");
  }
}
