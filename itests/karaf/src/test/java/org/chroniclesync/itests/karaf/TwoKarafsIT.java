// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.karaf;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFileExtend;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.keepRuntimeFolder;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.logLevel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.karaf.options.LogLevelOption;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Two Karafs as they are unpacked. One has a node among its boot features; in the other, in which
 * this class runs, all is done at the console. No class of ours is used here: a bundle that is
 * wired to ours would be refreshed with it.
 */
@RunWith(PaxExam.class)
public class TwoKarafsIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final String OURS = "org.chroniclesync";
  private static final String WORK = "chroniclesync.work";
  private static final String FEATURES = "chroniclesync.features";
  private static final String PORT = "chroniclesync.itests.port";
  private static final String OTHER = "chroniclesync.itests.other";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int VISITS = 300;

  /** The parts of a node, each of which can be taken out alone. */
  private static final List<String> PARTS =
      List.of(
          "chroniclesync-node-base",
          "chroniclesync-storage-sqlite",
          "chroniclesync-transport-webrtc",
          "chroniclesync-transport-websocket");

  @Inject private BundleContext context;
  @Inject private SessionFactory sessions;
  @Inject private ConfigurationAdmin configurations;

  private Console console;

  /** JUnit makes its runner once to find the test and once to run it, and each asks. */
  private static Option[] made;

  /** Runs outside of Karaf, where the other Karaf is started. */
  @Configuration
  public Option[] karaf() throws Exception {
    synchronized (TwoKarafsIT.class) {
      if (made == null) {
        made = make();
      }
      return made.clone();
    }
  }

  private static Option[] make() throws Exception {
    Path work = Path.of(System.getProperty(WORK)).toAbsolutePath();
    Folders.empty(work);
    Path template = Path.of(System.getProperty("chroniclesync.profile"));
    Profiles.make(template, work.resolve("here"), "here", VISITS);
    Profiles.later(work.resolve("here"), "later", VISITS);
    Profiles.make(template, work.resolve("there"), "there", VISITS);
    Profiles.later(work.resolve("there"), "beyond", VISITS);
    Path repository = Path.of(System.getProperty("chroniclesync.repository")).toRealPath();
    String port = Integer.toString(BootedKaraf.freePort());
    ProcessHandle other = other(work, repository, port);
    return options(
        karafDistributionConfiguration()
            .frameworkUrl(Path.of(System.getProperty("karaf.archive")).toUri().toString())
            .unpackDirectory(work.resolve("karafs").toFile())
            .useDeployFolder(false),
        keepRuntimeFolder(),
        logLevel(LogLevelOption.LogLevel.INFO),
        configureConsole().ignoreLocalConsole().ignoreRemoteShell(),
        composite(modules()),
        editConfigurationFileExtend(
            "etc/org.ops4j.pax.url.mvn.cfg",
            "org.ops4j.pax.url.mvn.defaultRepositories",
            BootedKaraf.repository(repository)),
        // Pax Exam's own bundles are in none of ours.
        editConfigurationFilePut(
            "etc/org.ops4j.pax.url.mvn.cfg",
            "org.ops4j.pax.url.mvn.localRepository",
            System.getProperty("org.ops4j.pax.url.mvn.localRepository")),
        systemProperty(WORK).value(work.toString()),
        systemProperty(FEATURES).value(System.getProperty(FEATURES)),
        systemProperty(PORT).value(port),
        systemProperty(OTHER).value(Long.toString(other.pid())));
  }

  /** What the start script of Karaf says of modules; Pax Exam does not use the script. */
  private static Option[] modules() throws IOException {
    Path home = Path.of(System.getProperty("karaf.home"));
    Set<String> words = new LinkedHashSet<>();
    Matcher matcher =
        Pattern.compile("(--(?:add|patch)-[a-z]+[ =][^ ]+) \\\\")
            .matcher(Files.readString(home.resolve("bin/karaf")));
    while (matcher.find()) {
      words.add(
          matcher
              .group(1)
              .replaceFirst(" ", "=")
              .replace("\"${KARAF_HOME}", home.toString())
              .replace("\"", ""));
    }
    return words.stream().map(CoreOptions::vmOption).toArray(Option[]::new);
  }

  private static ProcessHandle other(Path work, Path repository, String port) throws IOException {
    Path base = work.resolve("other");
    BootedKaraf other = new BootedKaraf(Path.of(System.getProperty("karaf.home")), base);
    other.install(repository, System.getProperty(FEATURES), "chroniclesync-node");
    settings(work.resolve("there"), port)
        .forEach(
            (file, lines) -> {
              for (String line : lines) {
                String[] parts = line.split("=", 2);
                edit(other, file, parts[0], parts[1]);
              }
            });
    BootedKaraf.writeMnemonic(base, MNEMONIC);
    return other.start();
  }

  private static void edit(BootedKaraf karaf, String file, String key, String value) {
    try {
      karaf.edit(file, key, value);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What both users want other than by default, by file. */
  private static Map<String, List<String>> settings(Path profile, String port) {
    return Map.of(
        OURS + ".importer.browser.cfg",
        List.of("profiles=" + profile, "intervalMillis=100"),
        OURS + ".discovery.websocket-test.cfg",
        List.of("url=ws://127.0.0.1:" + port + "/", "retryBaseMillis=100", "retryMaxMillis=1000"),
        OURS + ".core.cfg",
        List.of("retryBaseMillis=100", "retryMaxMillis=2000"));
  }

  @Before
  public void writeSettings() throws IOException {
    console = new Console(sessions);
    String port = System.getProperty(PORT);
    for (Map.Entry<String, List<String>> file : settings(work().resolve("here"), port).entrySet()) {
      Files.write(etc().resolve(file.getKey()), file.getValue());
    }
    Files.writeString(
        etc().resolve(OURS + ".core.cfg"), "\nallowVolatile=true\n", StandardOpenOption.APPEND);
    Files.write(etc().resolve(OURS + ".storage.memory.cfg"), List.of("maxEntries=10000"));
    Files.write(
        etc().resolve("org.apache.felix.http.cfg"),
        List.of(
            "org.apache.felix.http.host=127.0.0.1",
            "org.osgi.service.http.port=" + port,
            "org.apache.felix.jetty.websocket.enable=true"));
    BootedKaraf.writeMnemonic(Path.of(System.getProperty("karaf.base")), MNEMONIC);
  }

  @After
  public void endTheOther() throws Exception {
    ProcessHandle other = ProcessHandle.of(Long.getLong(OTHER)).orElse(null);
    if (other != null) {
      other.destroy();
      try {
        other.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } finally {
        other.destroyForcibly();
      }
    }
  }

  @Test
  public void aNodeIsInstalledSyncsIsSwappedAndGoes() throws Exception {
    Set<String> bundles = bundles();
    Set<String> files = files();
    Map<Bundle, BundleWiring> wirings = wirings();

    console.type("feature:repo-add " + System.getProperty(FEATURES));
    console.type("feature:install chroniclesync-node chroniclesync-discovery-server");
    assertEquals("nothing of Karaf was refreshed", wirings, wirings(wirings.keySet()));
    syncs();
    assertTheUsersFileIsKept();
    theNodeIsTakenApart();
    theTransportIsSwapped();
    theStorageIsSwapped();

    console.type("feature:uninstall -c chroniclesync-discovery-server " + String.join(" ", PARTS));
    console.type("feature:repo-remove " + System.getProperty(FEATURES));
    assertEquals(bundles, bundles());
    assertEquals("nothing of Karaf was refreshed", wirings, wirings(wirings.keySet()));
    assertEquals(Set.of(), services());
    until("none of our threads is left", () -> threads().isEmpty());
    until("no file of the default configuration is left", () -> minus(files(), files).isEmpty());
    assertEquals(
        Set.of(OURS + ".core", OURS + ".discovery.websocket", OURS + ".storage.memory"),
        configured());
  }

  private void syncs() throws Exception {
    until("both are in sync", this::isInSync);
    untilFound("there", VISITS);
    untilFound("here", VISITS);
    until("the console says so", () -> console.type("chroniclesync:status").contains("in sync"));
    System.out.println("chroniclesync:status\n" + console.type("chroniclesync:status"));
  }

  /** What the one feature brought, and held, is held by the parts now; nothing happens to it. */
  private void theNodeIsTakenApart() throws Exception {
    String startedAt = field("startedAt");
    Set<String> all = bundles();
    console.type("feature:install " + String.join(" ", PARTS));
    console.type("feature:uninstall chroniclesync-node");
    assertEquals(all, bundles());
    assertEquals("the node was not restarted", startedAt, field("startedAt"));
    until("it is in sync", this::isInSync);
  }

  private void theTransportIsSwapped() throws Exception {
    String startedAt = field("startedAt");
    Set<String> all = bundles();
    until("the best transport is used", () -> isInSyncBy("webrtc"));
    console.type("feature:uninstall chroniclesync-transport-webrtc");
    Set<String> gone = minus(all, bundles());
    assertEquals("the transport, the library and its native part", 3, gone.size());
    until("the session has moved", () -> isInSyncBy("websocket"));
    Profiles.replace(work().resolve("here"), work().resolve("here-later"));
    Profiles.replace(work().resolve("there"), work().resolve("there-beyond"));
    untilFound("later", VISITS);
    untilFound("beyond", VISITS);
    until("both are in sync over the other transport", () -> isInSyncBy("websocket"));

    console.type("feature:install chroniclesync-transport-webrtc");
    until("the session has moved back", () -> isInSyncBy("webrtc"));
    assertEquals("the node was not restarted", startedAt, field("startedAt"));
  }

  /** For one in memory, which the other Karaf fills, and on to a new file, which that one fills. */
  private void theStorageIsSwapped() throws Exception {
    String startedAt = field("startedAt");
    assertTrue(status(), isUsed("sqlite"));
    console.type("feature:uninstall chroniclesync-storage-sqlite");
    until("there is no storage", () -> !status().contains("\"head\""));
    // What is excluded now comes back all the same: from the other, not out of the profile.
    set(".importer.browser", "excludedHosts", "later.example");
    console.type("feature:install chroniclesync-storage-memory");
    until("the storage in memory is used", () -> isUsed("memory"));
    untilAllIsFound();
    until("both are in sync over the storage in memory", this::isInSync);

    set(".storage.sqlite", "file", work().resolve("second.db").toString());
    console.type("feature:install chroniclesync-storage-sqlite");
    until("the new file is used", () -> isUsed("sqlite"));
    console.type("feature:uninstall chroniclesync-storage-memory");
    until("nothing else is there", () -> !status().contains("\"type\":\"memory\""));
    untilAllIsFound();
    until("both are in sync over the new file", this::isInSync);
    assertTrue(Files.exists(work().resolve("second.db")));
    assertEquals("the node was not restarted", startedAt, field("startedAt"));
  }

  private void untilAllIsFound() throws Exception {
    for (String name : List.of("here", "there", "later", "beyond")) {
      untilFound(name, VISITS);
    }
  }

  private void set(String part, String key, String value) throws Exception {
    console.type("config:property-set -p " + OURS + part + " " + key + " '" + value + "'");
  }

  private void assertTheUsersFileIsKept() throws IOException {
    assertEquals(
        List.of("profiles=" + work().resolve("here"), "intervalMillis=100"),
        Files.readAllLines(etc().resolve(OURS + ".importer.browser.cfg")));
  }

  private void untilFound(String name, int visits) throws Exception {
    String last = name + "-" + (visits - 1);
    until(
        last + " is found",
        () -> console.type("chroniclesync:search --json " + last).contains(last));
  }

  private boolean isInSync() throws Exception {
    return status().contains("\"state\":\"in-sync\"");
  }

  private boolean isInSyncBy(String transport) throws Exception {
    String status = status();
    return status.contains("\"state\":\"in-sync\"")
        && status.contains("\"transport\":\"" + transport + "\"");
  }

  private boolean isUsed(String storage) throws Exception {
    return Pattern.compile("\"type\":\"" + storage + "\",\"durable\":[a-z]+,\"role\":\"in use\"")
        .matcher(status())
        .find();
  }

  private String field(String name) throws Exception {
    Matcher matcher = Pattern.compile("\"" + name + "\":\"?([^\",}]*)").matcher(status());
    return matcher.find() ? matcher.group(1) : "";
  }

  /**
   * What a person reads, also when it is that the node is not running: File Install hands over each
   * file of settings in its own time, and some start the node anew.
   */
  private String status() throws Exception {
    try {
      return console.type("chroniclesync:status --json");
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }

  private Set<String> bundles() {
    return Stream.of(context.getBundles())
        .map(bundle -> bundle.getBundleId() + " " + bundle.getSymbolicName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A bundle that is refreshed gets a new wiring. */
  private Map<Bundle, BundleWiring> wirings() {
    return wirings(Set.of(context.getBundles()));
  }

  private static Map<Bundle, BundleWiring> wirings(Set<Bundle> bundles) {
    Map<Bundle, BundleWiring> wirings = new HashMap<>();
    for (Bundle bundle : bundles) {
      wirings.put(bundle, bundle.adapt(BundleWiring.class));
    }
    return wirings;
  }

  private Set<String> services() throws Exception {
    Set<String> names = new TreeSet<>();
    for (ServiceReference<?> reference : context.getAllServiceReferences(null, null)) {
      for (String name : (String[]) reference.getProperty("objectClass")) {
        if (name.startsWith(OURS)) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /** By name, or in a group of ours: a thread that Java starts for a client of ours. */
  private static Set<String> threads() {
    Set<String> ours = new TreeSet<>();
    Thread.getAllStackTraces()
        .forEach(
            (thread, frames) -> {
              ThreadGroup group = thread.getThreadGroup();
              if (thread.getName().startsWith("chroniclesync")
                  || (group != null && group.getName().startsWith("chroniclesync"))) {
                ours.add(thread.getName() + " at " + Arrays.toString(frames));
              }
            });
    return ours;
  }

  private Set<String> configured() throws Exception {
    Map<String, Object> pids = new TreeMap<>();
    var all = configurations.listConfigurations("(service.pid=" + OURS + "*)");
    if (all != null) {
      for (var one : all) {
        pids.put(one.getFactoryPid() == null ? one.getPid() : one.getFactoryPid(), one);
      }
    }
    return pids.keySet();
  }

  private Set<String> files() throws IOException {
    try (Stream<Path> files = Files.list(etc())) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> minus(Set<String> all, Set<String> some) {
    Set<String> left = new TreeSet<>(all);
    left.removeAll(some);
    return left;
  }

  private static Path work() {
    return Path.of(System.getProperty(WORK));
  }

  private static Path etc() {
    return Path.of(System.getProperty("karaf.etc"));
  }

  private static void until(String what, Callable<Boolean> condition) throws Exception {
    Waiting.until(PATIENCE, what, condition, () -> "our threads: " + threads());
  }
}
