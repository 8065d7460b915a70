// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Bundles that a person installs by hand, and the commands for bundles. */
@EnabledOnOs(OS.LINUX)
class KeptBundlesIT extends InstalledNode {
  private Path home;

  /** Stands in a bundle: its start does not end. */
  public static final class Hanging implements BundleActivator {
    @Override
    public void start(BundleContext context) throws Exception {
      new CountDownLatch(1).await();
    }

    @Override
    public void stop(BundleContext context) {}
  }

  /** Stands in a bundle: its start throws what is no exception. */
  public static final class Failing implements BundleActivator {
    @Override
    public void start(BundleContext context) {
      throw new NoClassDefFoundError("org/example/Missing");
    }

    @Override
    public void stop(BundleContext context) {}
  }

  @BeforeEach
  void install() throws Exception {
    home = unpack();
  }

  @Test
  void aBundleThatIsKeptIsThereAfterARestartUntilItIsUninstalled() throws Exception {
    Path jar = bundle("org.example.shelf", "1.0.0", Map.of());
    start();
    assertThat(shell(home, "install --keep " + jar.toUri()))
        .startsWith("Installed org.example.shelf 1.0.0 as bundle ")
        .endsWith("the node starts it from now on. To remove it: uninstall org.example.shelf\n");
    assertThat(list()).containsPattern("Active.*org\\.example\\.shelf");
    restart();
    assertThat(list()).containsPattern("Active.*org\\.example\\.shelf");

    jar = bundle("org.example.shelf", "1.1.0", Map.of());
    assertThat(shell(home, "install --keep " + jar.toUri()))
        .startsWith("Replaced org.example.shelf 1.1.0 as bundle ");
    restart();
    assertThat(list()).containsPattern("Active.*org\\.example\\.shelf.*1\\.1\\.0");

    assertThat(shell(home, "uninstall org.example.shelf"))
        .isEqualTo("Removed org.example.shelf, and its file in bundles/.\n");
    assertThat(DataFolder.bundles(data)).isEmptyDirectory();
    restart();
    assertThat(list()).doesNotContain("org.example.shelf");
    assertThat(stop()).isZero();
  }

  @Test
  void whatIsBrokenCostsThatBundleAndStatusSaysWhy() throws Exception {
    putInBundles(bundle("org.example.well", "1.0.0", Map.of()));
    putInBundles(Files.writeString(folder.resolve("garbage.jar"), "not a jar"));
    putInBundles(bundle("org.example.lacks", "1.0.0", Map.of("Import-Package", "org.nowhere")));
    putInBundles(activated("org.example.hangs", Hanging.class));
    putInBundles(activated("org.example.fails", Failing.class));
    putInBundles(bundle("org.chroniclesync.api", "1.0.0", Map.of()));
    putInBundles(bundle("open", "1.0.0", Map.of()));
    asUser("chmod", "o+w", DataFolder.bundles(data).resolve("open.jar").toString());
    asUser("ln", "-s", "/dev/zero", DataFolder.bundles(data).resolve("link.jar").toString());

    start();

    assertThat(said())
        .contains("bundle garbage.jar does not work: It cannot be installed: ")
        .contains(
            "bundle org.example.lacks.jar does not work: It cannot start: no installed bundle")
        .contains("bundle org.example.hangs.jar does not work: It is still starting.")
        .contains("bundle org.example.fails.jar does not work: It cannot start: ")
        .contains("NoClassDefFoundError: org/example/Missing")
        .contains("bundle link.jar does not work: ", "link.jar is a link or a folder.")
        .contains("bundle open.jar does not work: Others can write to ", "Run: chmod go-w ")
        .contains("Something does not work as it should");
    String status = shell(home, "status");
    for (String name : "garbage org.example.lacks org.example.hangs link open".split(" ")) {
      assertThat(status).contains("bundle " + name + ".jar does not work: ");
    }
    assertThat(status).contains("0 entries").doesNotContain("org.example.well");
    assertThat(list())
        .containsPattern("Active.*org\\.example\\.well")
        .containsPattern("Active.*org\\.chroniclesync\\.core");
    assertThat(stop()).isZero();
  }

  @Test
  void aFolderThatOthersCanWriteToIsRefusedWithASentence() throws Exception {
    putInBundles(bundle("org.example.well", "1.0.0", Map.of()));
    asUser("chmod", "g+w", DataFolder.bundles(data).toString());

    start();

    assertThat(said())
        .contains("bundle bundles does not work: Others can write to " + DataFolder.bundles(data))
        .contains("Run: chmod go-w " + DataFolder.bundles(data));
    assertThat(list()).doesNotContain("org.example.well");
    Path other = bundle("org.example.other", "1.0.0", Map.of());
    assertThat(failing(home, "install --keep " + other.toUri())).contains("Run: chmod go-w ");
    assertThat(stop()).isZero();
  }

  @Test
  void whatIsNoBundleIsNotKept() throws Exception {
    Path garbage = Files.writeString(folder.resolve("garbage.jar"), "not a jar");
    Path again = bundle("org.chroniclesync.api", "1.0.1", Map.of());
    start();
    assertThat(failing(home, "install --keep " + garbage.toUri())).contains("This is not a jar");
    assertThat(failing(home, "install --keep " + again.toUri()))
        .contains("org.chroniclesync.api is installed already, as bundle ");
    assertThat(DataFolder.bundles(data)).isEmptyDirectory();
    assertThat(stop()).isZero();
  }

  @Test
  void theCommandsForBundlesAnswerInWords() throws Exception {
    Path jar = bundle("org.example.shelf", "1.0.0", Map.of());
    start();
    for (String command : new String[] {"start", "stop", "update", "refresh", "uninstall"}) {
      assertThat(failing(home, command + " nosuch"))
          .isEqualTo("There is no bundle nosuch; gogo lb lists them.\n");
    }
    assertThat(failing(home, "start 4711")).startsWith("There is no bundle 4711;");
    assertThat(failing(home, "start")).startsWith("Give the number or name of a bundle");
    assertThat(failing(home, "install")).startsWith("Give the URL of one jar");
    assertThat(shell(home, "refresh"))
        .isEqualTo("No bundle uses old classes; nothing to refresh.\n");
    assertThat(shell(home, "stop storage.memory"))
        .isEqualTo("Stopped org.chroniclesync.storage.memory.\n");
    assertThat(shell(home, "start storage.memory"))
        .isEqualTo("Started org.chroniclesync.storage.memory.\n");
    assertThat(shell(home, "update storage.memory"))
        .isEqualTo("Updated org.chroniclesync.storage.memory to 1.0.0.SNAPSHOT.\n");
    assertThat(shell(home, "install " + jar.toUri()))
        .startsWith("Installed org.example.shelf 1.0.0 as bundle ");
    assertThat(shell(home, "start org.example.shelf")).isEqualTo("Started org.example.shelf.\n");
    assertThat(shell(home, "uninstall org.example.shelf"))
        .isEqualTo("Removed org.example.shelf.\n");
    assertThat(stop()).isZero();
  }

  @Test
  void afterAnUpdateOfTheApiTheShellAsksForARefresh() throws Exception {
    start();
    assertThat(shell(home, "update api"))
        .contains("Updated org.chroniclesync.api to ")
        .contains(" bundles still use the old classes: ")
        .contains("org.chroniclesync.core", "org.chroniclesync.storage.sqlite")
        .contains("Run refresh: it restarts them");
    assertThat(shell(home, "refresh")).contains("this shell among them");
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(shell(home, "health")).contains("The node is well.");
              assertThat(shell(home, "refresh")).contains("nothing to refresh");
            });
    assertThat(shell(home, "status")).contains("sqlite: in use");
    assertThat(stop()).isZero();
  }

  private void start() throws Exception {
    start(
        List.of(
            home.resolve("bin/chroniclesync").toString(),
            "start",
            "--no-shell",
            "--data",
            data.toString(),
            "--set",
            "org.chroniclesync.importer.browser:profiles=[]"));
  }

  private void restart() throws Exception {
    assertThat(stop()).isZero();
    start();
  }

  private String list() throws Exception {
    return shell(home, "lb -s");
  }

  /** As the user of the node, to whom the files have to belong. */
  private void putInBundles(Path jar) throws Exception {
    asUser("mkdir", "-p", "-m", "700", data.toString(), DataFolder.bundles(data).toString());
    asUser("cp", jar.toString(), DataFolder.bundles(data).toString());
  }

  private Path activated(String name, Class<?> activator) throws IOException {
    return bundle(
        name,
        "1.0.0",
        Map.of("Bundle-Activator", activator.getName(), "Import-Package", "org.osgi.framework"),
        activator);
  }

  private Path bundle(String name, String version, Map<String, String> headers, Class<?>... classes)
      throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.putValue("Manifest-Version", "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", name);
    main.putValue("Bundle-Version", version);
    headers.forEach(main::putValue);
    Path file = folder.resolve(name + ".jar");
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      for (Class<?> type : classes) {
        String entry = type.getName().replace('.', '/') + ".class";
        jar.putNextEntry(new JarEntry(entry));
        try (InputStream in = type.getClassLoader().getResourceAsStream(entry)) {
          Objects.requireNonNull(in).transferTo(jar);
        }
      }
    }
    return file;
  }
}
