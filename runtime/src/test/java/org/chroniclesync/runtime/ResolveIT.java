// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import aQute.bnd.build.model.EE;
import aQute.bnd.osgi.Constants;
import aQute.bnd.osgi.resource.ResourceUtils;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.resource.Resource;
import org.osgi.service.resolver.ResolutionException;

/** The index is enough to find all bundles of a node, for those who ask for what it must do. */
class ResolveIT {
  private static final String LINUX = "Linux,x86-64";

  private static final String NODE =
      "osgi.service;filter:='(objectClass=org.chroniclesync.api.sync.Node)',"
          + "org.chroniclesync.discovery;filter:='(name=websocket)',";

  @Test
  void aNodeIsFoundByCapabilitiesAlone() throws Exception {
    Set<String> bundles =
        resolve(
            NODE
                + "org.chroniclesync.storage;filter:='(type=sqlite)',"
                + "org.chroniclesync.transport;filter:='(name=webrtc)'",
            LINUX);

    assertThat(bundles)
        .contains(
            "org.chroniclesync.core",
            "org.chroniclesync.storage.sqlite",
            "org.xerial.sqlite-jdbc",
            "org.chroniclesync.transport.webrtc",
            "org.chroniclesync.lib.webrtc",
            "org.chroniclesync.lib.webrtc.linux-x86_64",
            "org.chroniclesync.crypto.bouncycastle",
            "org.chroniclesync.message",
            "org.chroniclesync.handler.standard",
            "org.apache.felix.configadmin",
            "org.ops4j.pax.logging.pax-logging-logback",
            "org.apache.felix.scr")
        .doesNotContain("org.chroniclesync.discovery.server", "org.chroniclesync.shell");
  }

  @ParameterizedTest
  @CsvSource({"node, core", "discovery, discovery.server"})
  void theDefaultConfigurationBringsWhatItConfigures(String role, String bundle) throws Exception {
    Set<String> bundles = resolve("bnd.identity;id=org.chroniclesync.config." + role, LINUX);

    assertThat(bundles)
        .contains(
            "org.chroniclesync." + bundle,
            "org.apache.felix.configurator",
            "org.apache.felix.configadmin",
            "org.ops4j.pax.logging.pax-logging-logback");
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, x86-64, linux-x86_64",
    "Linux, aarch64, linux-aarch64",
    "MacOSX, x86-64, macos-x86_64",
    "MacOSX, aarch64, macos-aarch64",
    "Windows10, x86-64, windows-x86_64",
  })
  void theNativeLibraryIsThatOfThePlatform(String os, String processor, String platform)
      throws Exception {
    Set<String> bundles =
        resolve("org.chroniclesync.transport;filter:='(name=webrtc)'", os + "," + processor);

    assertThat(bundles)
        .filteredOn(name -> name.startsWith("org.chroniclesync.lib.webrtc."))
        .containsExactly("org.chroniclesync.lib.webrtc." + platform);
  }

  @Test
  void anAlternativeThatIsMissingIsNamed() {
    ResolutionException failure =
        catchThrowableOfType(
            ResolutionException.class,
            () -> resolve(NODE + "org.chroniclesync.storage;filter:='(type=papyrus)'", LINUX));

    assertThat(failure).hasMessageContaining("org.chroniclesync.storage;filter:='(type=papyrus)'");
  }

  @Test
  void aPlatformThatNoNativeLibraryFitsIsToldByTheCapability() {
    ResolutionException failure =
        catchThrowableOfType(
            ResolutionException.class,
            () -> resolve("org.chroniclesync.transport;filter:='(name=webrtc)'", "Linux,riscv64"));

    assertThat(failure).hasMessageContaining("org.chroniclesync.native");
  }

  private static Set<String> resolve(String requirements, String platform) throws Exception {
    String[] osAndProcessor = platform.split(",");
    Properties run = new Properties();
    run.setProperty(Constants.RUNFW, "org.apache.felix.framework");
    run.setProperty(Constants.RUNEE, EE.JavaSE_17.getEEName());
    run.setProperty("-resolve.effective", "active");
    run.setProperty(
        Constants.RUNSYSTEMCAPABILITIES,
        "osgi.native;osgi.native.osname="
            + osAndProcessor[0]
            + ";osgi.native.processor="
            + osAndProcessor[1]);
    run.setProperty(Constants.RUNREQUIRES, requirements);
    Set<String> names = new TreeSet<>();
    for (Resource resource : Resolving.resources(run)) {
      names.add(ResourceUtils.getIdentityCapability(resource).osgi_identity());
    }
    return names;
  }
}
