// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.FrameworkWiring;

/** A framework takes the native library of its platform, and goes on where there is none. */
class NativesIT {
  private static final String LIBRARY = "org.chroniclesync.lib.webrtc";
  private static final long STOP_MILLIS = 180_000;

  /** The names are those that Java has for them on the platform. */
  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86_64",
    "Linux, aarch64, linux-aarch64",
    "Mac OS X, x86_64, macos-x86_64",
    "Mac OS X, aarch64, macos-aarch64",
    "Windows 10, amd64, windows-x86_64",
    "Windows 11, amd64, windows-x86_64",
    "Windows Server 2022, amd64, windows-x86_64",
    "Linux, riscv64,",
    "FreeBSD, amd64,",
    "Windows 11, aarch64,",
  })
  void onlyTheFragmentOfThePlatformResolves(
      String os, String processor, @Nullable String platform, @TempDir Path cache)
      throws Exception {
    Framework framework =
        new FrameworkFactory()
            .newFramework(
                Map.of(
                    Constants.FRAMEWORK_STORAGE,
                    cache.toString(),
                    Constants.FRAMEWORK_OS_NAME,
                    os,
                    Constants.FRAMEWORK_PROCESSOR,
                    processor));
    framework.start();
    try {
      List<Bundle> bundles = install(framework);
      framework.adapt(FrameworkWiring.class).resolveBundles(bundles);

      List<String> resolved =
          bundles.stream()
              .filter(bundle -> bundle.getState() != Bundle.INSTALLED)
              .map(Bundle::getSymbolicName)
              .toList();
      assertThat(resolved)
          .containsExactlyInAnyOrderElementsOf(
              platform == null ? List.of(LIBRARY) : List.of(LIBRARY, LIBRARY + "." + platform));
    } finally {
      framework.stop();
      framework.waitForStop(STOP_MILLIS);
    }
  }

  private static List<Bundle> install(Framework framework) throws Exception {
    List<Bundle> bundles = new ArrayList<>();
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(Built.repository(), LIBRARY + "*.jar")) {
      for (Path jar : jars) {
        bundles.add(framework.getBundleContext().installBundle("reference:" + jar.toUri()));
      }
    }
    return bundles;
  }
}
