// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.karaf;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.chroniclesync.itests.karaf.RemoteShell.Answer;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/**
 * A Karaf as it is unpacked, without a network, in which one line installs a node; then what an
 * administrator does: commands over ssh, files in etc, JMX.
 */
public class StockKarafIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String USER = "karaf";
  private static final String ESCAPE = "\u001b";
  private static final String METRICS = "org.chroniclesync.metrics.prometheus";
  private static final String MEMORY = "org.chroniclesync.storage.memory";

  private static Path base;
  private static BootedKaraf karaf;
  private static ProcessHandle process;
  private static RemoteShell shell;

  @BeforeClass
  public static void install() throws Exception {
    base = Path.of(System.getProperty("chroniclesync.work")).resolveSibling("stock");
    Folders.empty(base);
    karaf = new BootedKaraf(Path.of(System.getProperty("karaf.home")), base);
    karaf.administrator(USER, USER);
    karaf.offline(maven());
    karaf.edit("org.chroniclesync.core.cfg", "allowVolatile", "true");
    process = karaf.start(Path.of(System.getProperty("karaf.java")));
    shell = new RemoteShell(karaf.sshPort(), USER, USER);
    until("Karaf lets its administrator in", shell::isOpen);

    Answer installed = shell.type("kar:install " + System.getProperty("chroniclesync.kar"));

    assertTrue(installed.text(), installed.isWell());
    until("the node answers", () -> shell.type("chroniclesync:status").isWell());
  }

  /** Makes a Maven repository, in which there is nothing but the KAR. */
  private static Path maven() throws IOException {
    Path kar = Path.of(System.getProperty("chroniclesync.kar.file")).toRealPath();
    String[] coordinates =
        System.getProperty("chroniclesync.kar").replaceFirst("^mvn:", "").split("/");
    Path repository = base.resolve("maven");
    Path folder =
        repository
            .resolve(coordinates[0].replace('.', '/'))
            .resolve(coordinates[1])
            .resolve(coordinates[2]);
    Files.createDirectories(folder);
    Files.copy(kar, folder.resolve(coordinates[1] + "-" + coordinates[2] + ".kar"));
    return repository;
  }

  @AfterClass
  public static void end() throws Exception {
    if (shell != null) {
      shell.close();
    }
    if (process != null) {
      process.destroy();
      try {
        process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } finally {
        process.destroyForcibly();
      }
    }
  }

  @Test
  public void theKarInstallsTheNodeAndNotItsAlternatives() throws Exception {
    List<String> asked =
        type("feature:list --required --no-format")
            .lines()
            .map(line -> line.split("\t")[0].strip())
            .filter(name -> name.startsWith("chroniclesync"))
            .toList();

    assertEquals(List.of("chroniclesync-node"), asked);
  }

  @Test
  public void commandsAnswerWithoutATerminal() throws Exception {
    String status = type("chroniclesync:status");
    assertTrue(status, status.matches("(?s).*this device  (\\S+ \\()?node\\..*"));
    assertTrue(status, status.contains("sqlite: in use"));
    assertFalse(status, status.contains(ESCAPE));

    String json = type("chroniclesync:status --json").strip();
    assertTrue(json, json.startsWith("{\"startedAt\":") && json.endsWith("}"));
    assertEquals(json, 1, json.lines().count());
  }

  @Test
  public void commandsExplainThemselves() throws Exception {
    String help = type("chroniclesync:search --help");

    assertTrue(help, help.contains("searches the history of all devices"));
    assertTrue(help, help.contains("--limit") && help.contains("--json"));
  }

  @Test
  public void aCommandThatFailsSaysWhyAndScriptsSeeIt() throws Exception {
    Answer refused = shell.type("chroniclesync:history --limit 0");

    assertNotEquals(refused.text(), 0, refused.status());
    assertTrue(refused.text(), refused.text().contains("from 1 to 1,000"));
  }

  @Test
  public void aRankingTakesEffectAsTextAndAsANumberAndAWrongOneIsSaid() throws Exception {
    Path cfg = base.resolve("etc/" + MEMORY + ".cfg");
    Path typed = base.resolve("etc/" + MEMORY + ".config");
    Files.write(cfg, List.of("service.ranking = 10"));
    type("feature:install chroniclesync-storage-memory");
    until("the text counts as a number", () -> isUsed("memory"));

    Files.write(cfg, List.of("service.ranking = high"));
    until("the wrong one is said", () -> status().contains("which is not a whole number"));
    until("the wrong one counts as 0", () -> isUsed("sqlite"));

    Files.delete(cfg);
    until("nothing is said any more", () -> !status().contains("which is not a whole number"));
    Files.write(typed, List.of("service.ranking=I\"10\""));
    until("the number counts", () -> isUsed("memory"));

    Files.delete(typed);
    until("the default is back", () -> isUsed("sqlite"));
    type("feature:uninstall chroniclesync-storage-memory");
  }

  @SuppressWarnings("BanJNDI") // The registry is that of the Karaf above.
  private static JMXConnector jmx() throws IOException {
    JMXServiceURL url =
        new JMXServiceURL(
            "service:jmx:rmi:///jndi/rmi://127.0.0.1:" + karaf.jmxPort() + "/karaf-root");
    return JMXConnectorFactory.connect(
        url, Map.of(JMXConnector.CREDENTIALS, new String[] {USER, USER}));
  }

  @Test
  public void theNodeIsSeenByJmx() throws Exception {
    type("feature:install chroniclesync-jmx");
    ObjectName node = new ObjectName("org.chroniclesync:type=Node");
    try (JMXConnector connector = jmx()) {
      MBeanServerConnection server = connector.getMBeanServerConnection();
      until("the node is registered", () -> server.isRegistered(node));

      Object name = server.getAttribute(node, "PeerId");
      assertTrue(status(), status().contains("\"self\":\"" + name + "\""));
      CompositeData[] discoveries = (CompositeData[]) server.getAttribute(node, "Discoveries");
      assertEquals("manual", discoveries[0].get("name"));
      server.invoke(node, "syncNow", null, null);

      type("feature:uninstall chroniclesync-jmx");
      until("nothing is left of it", () -> !server.isRegistered(node));
    }
  }

  @Test
  public void healthIsSeenAtTheConsoleAndByJmx() throws Exception {
    type("feature:install chroniclesync-health-felix");
    ObjectName storage =
        new ObjectName("org.apache.felix.healthcheck:type=HealthCheck,name=ChronicleSync storage");
    try (JMXConnector connector = jmx()) {
      MBeanServerConnection server = connector.getMBeanServerConnection();
      until("the check is registered", () -> server.isRegistered(storage));
      until("the storage is well", () -> server.getAttribute(storage, "ok").equals(true));

      type("feature:uninstall chroniclesync-health-felix");
      until("nothing is left of it", () -> !server.isRegistered(storage));
    }
  }

  @Test
  public void numbersAreServedAtTheAddressInEtc() throws Exception {
    int port = BootedKaraf.freePort();
    Files.write(base.resolve("etc/" + METRICS + ".cfg"), List.of("port = " + port));
    type("feature:install chroniclesync-metrics-prometheus");

    until(
        "the numbers are served",
        () ->
            numbers(port)
                .contains("chroniclesync_storages{role=\"in_use\",storage=\"sqlite\"} 1\n"));

    type("feature:uninstall chroniclesync-metrics-prometheus");
  }

  private static String numbers(int port) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
    try {
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "not served yet: " + e;
    }
  }

  @Test
  public void eventsReachTheConsole() throws Exception {
    type("feature:install eventadmin");
    type("feature:install chroniclesync-events-eventadmin");
    until(
        "the console shows an event",
        () -> type("event:display").contains("org/chroniclesync/node/RUNNING"));
    type("feature:uninstall chroniclesync-events-eventadmin");
  }

  private static boolean isUsed(String storage) throws IOException {
    return Pattern.compile("\"type\":\"" + storage + "\",\"durable\":[a-z]+,\"role\":\"in use\"")
        .matcher(status())
        .find();
  }

  private static String status() throws IOException {
    return type("chroniclesync:status --json");
  }

  private static String type(String line) throws IOException {
    Answer answer = shell.type(line);
    assertTrue(line + ": " + answer.text(), answer.isWell());
    return answer.text();
  }

  private static void until(String what, Callable<Boolean> condition) throws Exception {
    Waiting.until(
        PATIENCE,
        what,
        condition,
        () -> "see " + base.resolve("data/log/karaf.log") + " and " + base.resolve("output"));
  }
}
