// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceReference;

/** One node or discovery service, from its command line to its end. */
final class Instance {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);

  /** What starts with its bundle is there when all bundles have started; the rest is slack. */
  private static final int DEFAULT_READY_SECONDS = 3;

  private static final String DEFAULT_HOST = "127.0.0.1";
  private static final int DEFAULT_PORT = 8080;

  /** Of the page. It stays, so that a bookmark does. */
  private static final int DEFAULT_PAGE_PORT = 7717;

  private static final long POLL_MILLIS = 50;

  private static final String NODE_SERVICE = "org.chroniclesync.api.sync.Node";
  private static final String IDENTITY_SERVICE = "org.chroniclesync.api.crypto.Identity";
  private static final String HTTP_SERVICE = "org.osgi.service.servlet.runtime.HttpServiceRuntime";
  private static final String SHELL = "org.chroniclesync.shell";
  private static final String IDENTITY = "org.chroniclesync.crypto.bouncycastle";
  private static final String SERVER_COMPONENT = "org.chroniclesync.discovery.server";
  private static final String HTTP_PORT = "org.osgi.service.http.port";
  private static final String SECRETS =
      "org.apache.felix.configadmin.plugin.interpolation.secretsdir";
  private static final String SYSTEMD_CREDENTIALS = "CREDENTIALS_DIRECTORY";
  private static final String HTTP_HOST = "org.apache.felix.http.host";

  private static final String TEMPORARY = "java.io.tmpdir";
  private static final Path SHARED_TEMPORARY = Path.of("/tmp");

  private static final String SQLITE_LIBRARIES = "org.sqlite.lib.path";

  private static final Pattern SERVICE = Pattern.compile("(?i)wss?://[^/?#\\s]+[^?#\\s]*");

  /** Begins a reference to a secret or a variable, whose value only its component gets. */
  private static final String REFERENCE = "$[";

  private static final Set<String> NODE_OPTIONS =
      Set.of(
          "--data",
          "--discovery",
          "--mnemonic-file",
          "--profile",
          "--port",
          "--set",
          "--secrets",
          "--ready-seconds");
  private static final Set<String> DISCOVERY_OPTIONS =
      Set.of("--data", "--host", "--port", "--set", "--secrets", "--ready-seconds");
  private static final Set<String> SWITCHES = Set.of("--no-shell", "--stop-at-eof");

  private static final String DEGRADED =
      "Something does not work as it should; it is named above. The rest works without it.";

  /** Longer than the node takes to say that nobody shows the code. */
  private static final Duration JOIN_PATIENCE = Duration.ofMinutes(2);

  private static final Duration HEALTH_PATIENCE = Duration.ofSeconds(10);

  private final Role role;
  private final Arguments arguments;
  private final Path distribution;
  private final AtomicBoolean stopping = new AtomicBoolean();

  Instance(Role role, List<String> args) throws ExitException {
    this.role = role;
    arguments = new Arguments(args, role == Role.NODE ? NODE_OPTIONS : DISCOVERY_OPTIONS, SWITCHES);
    distribution = Launcher.distribution();
    if (!arguments.rest().isEmpty()) {
      throw new ExitException(
          Exit.USAGE,
          "Unknown argument: "
              + String.join(" ", arguments.rest())
              + ". See help for those that exist.");
    }
  }

  /** All that can be checked is, before anything is made. */
  Exit run() throws Exception {
    String given = arguments.last("--data");
    Path data =
        given == null
            ? DataFolder.named(Launcher.defaultData(role).toString())
            : DataFolder.named(given);
    DataFolder.requireKnown(data);
    Settings settings = settings(data);
    if (role == Role.DISCOVERY) {
      Port.requireFree(host(), port());
      return run(data, settings, null, null);
    }
    String file = arguments.last("--mnemonic-file");
    Account account = account(data, settings);
    if (file == null) {
      account.check(null);
      return run(data, settings, account, null);
    }
    try (Mnemonic mnemonic = Mnemonic.read(Path.of(file))) {
      account.check(mnemonic);
      return run(data, settings, account, mnemonic);
    }
  }

  private Exit run(
      Path data, Settings settings, @Nullable Account account, @Nullable Mnemonic mnemonic)
      throws Exception {
    try (DataFolder folder = DataFolder.open(data)) {
      boolean joins = account != null && !Files.exists(account.phrase());
      FirstStart.Choice choice =
          joins && mnemonic == null && isAttended()
              ? new FirstStart(System.in, System.out).askWords()
              : new FirstStart.Choice.New();
      Settings known = joins ? askOnce(folder.path(), settings) : settings;
      boolean isNew = joins && mnemonic == null && choice instanceof FirstStart.Choice.New;
      try (Mnemonic words = choice instanceof FirstStart.Choice.Words t ? t.mnemonic() : mnemonic) {
        if (account != null && words != null) {
          account.adopt(words);
        }
      }
      keepTemporaryFilesIn(folder.temporary());
      String code = choice instanceof FirstStart.Choice.Code typed ? typed.code() : null;
      return run(folder.path(), known, isNew, code);
    }
  }

  private boolean isAttended() {
    return Tty.isPresent() && !arguments.has("--no-shell");
  }

  /** The node runs, with words of its own for the time being. */
  private static void join(Path data, String code) {
    System.out.println("Looking for the device that shows the code.");
    System.out.flush();
    try (ControlClient client = new ControlClient(DataFolder.socket(data), JOIN_PATIENCE)) {
      ControlClient.Answer answer = client.run(List.of("join", code));
      System.out.println(
          answer.ok()
              ? answer.text()
              : answer.text()
                  + "\nThis device has words of its own for now. Enter join and a code.");
    } catch (IOException e) {
      System.err.println("The code could not be tried: " + e.getMessage() + ". Enter join CODE.");
    }
  }

  /**
   * Somebody who starts the first node sits in front of it. Later the command open does the same.
   */
  private static void showPage(Path data) {
    try (ControlClient client = new ControlClient(DataFolder.socket(data), HEALTH_PATIENCE)) {
      ControlClient.Answer answer = client.run("open");
      if (answer.ok()) {
        System.out.println("Your history in a browser: " + Shell.opened(answer).text());
      }
    } catch (IOException e) {
      System.err.println("The page cannot be opened: " + e.getMessage() + ". Enter open.");
    }
  }

  private Settings askOnce(Path data, Settings settings) throws ExitException {
    if (!isAttended()) {
      return settings;
    }
    FirstStart person = new FirstStart(System.in, System.out);
    for (FirstStart.Question question : FirstStart.Question.values()) {
      if (settings.value(question.pid, question.key) == null) {
        person.ask(question, data.resolve("conf"));
      }
    }
    return settings(data);
  }

  /**
   * The scripts do the same by an option, which other versions of Java need. A folder that somebody
   * chose by JAVA_OPTS is left alone.
   */
  private static void keepTemporaryFilesIn(Path folder) {
    Path chosen = Path.of(System.getProperty(TEMPORARY));
    if (chosen.equals(SHARED_TEMPORARY) || !Files.isDirectory(chosen)) {
      System.setProperty(TEMPORARY, folder.toString());
    }
  }

  private static Account account(Path data, Settings settings) {
    String directory = settings.value(IDENTITY, "accountDirectory");
    return new Account(
        data,
        directory == null ? data.resolve("account") : Path.of(directory),
        Boolean.parseBoolean(settings.value(IDENTITY, "createIfMissing")));
  }

  /**
   * Tells SQLite's driver where the distribution has its library. Otherwise the driver unpacks it
   * into the temporary folder on each start, and leaves it there if the process is killed.
   */
  private void lendLibraries() {
    Path libraries = distribution.resolve("lib/native");
    if (System.getProperty(SQLITE_LIBRARIES) == null && Files.isDirectory(libraries)) {
      System.setProperty(SQLITE_LIBRARIES, libraries.toString());
    }
  }

  private Exit run(Path data, Settings settings, boolean isNew, @Nullable String code)
      throws Exception {
    System.setProperty("chroniclesync.logs", data.resolve("logs").toString());
    lendLibraries();
    List<Path> bundles =
        Container.bundles(conf().resolve("bundles"), distribution.resolve("bundle"));
    Container container = new Container(data.resolve("cache/felix"), frameworkProperties(data));
    KeptBundles kept = new KeptBundles(DataFolder.bundles(data));
    Thread hook = new Thread(() -> stopAndHalt(container, kept), "chroniclesync-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    if (arguments.has("--stop-at-eof")) {
      stopAtEndOfInput();
    }
    try {
      Set<String> missing =
          new LinkedHashSet<>(
              container.start(bundles, settings.all(), role == Role.NODE ? kept : null));
      Diagnosis diagnosis = new Diagnosis(container);
      String ready = awaitReady(container, diagnosis, data, missing);
      missing.addAll(troubles(diagnosis, kept, settings));
      missing.forEach(System.err::println);
      System.out.println(missing.isEmpty() ? ready : ready + "\n" + DEGRADED);
      if (isNew) {
        System.out.println("Created a new mnemonic. The command mnemonic shows it.");
      }
      System.out.flush();
      if (code != null) {
        join(data, code);
      }
      if (isNew && role == Role.NODE && isAttended()) {
        showPage(data);
      }
      attend(data);
      ConfigurationWatch watch = watch(container, data);
      try {
        container.awaitStop();
      } finally {
        watch.close();
      }
      return Exit.STOPPED;
    } catch (ExitException | BundleException | IOException e) {
      if (stopping.get()) {
        return Exit.STOPPED; // stopped while it started; the hook ends the process
      }
      Runtime.getRuntime().removeShutdownHook(hook);
      container.stop(STOP_PATIENCE);
      throw e instanceof ExitException exit
          ? exit
          : new ExitException(Exit.NOT_READY, "The framework did not start: " + e.getMessage());
    }
  }

  /** What a discovery service takes over while it runs; a node reads its files when it starts. */
  private ConfigurationWatch watch(Container container, Path data) throws IOException {
    List<Path> folders = role == Role.DISCOVERY ? List.of(conf(), data.resolve("conf")) : List.of();
    ConfigurationWatch watch =
        new ConfigurationWatch(
            folders, () -> container.configure(settings(data).all()), System.err);
    return folders.isEmpty() ? watch : watch.start();
  }

  /** The parent process holds the other end of the input. When it dies, even by force, so do we. */
  private static void stopAtEndOfInput() {
    Thread watch =
        new Thread(
            () -> {
              try {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                // Like the end of the input.
              }
              System.exit(Exit.STOPPED.code());
            },
            "chroniclesync-input");
    watch.setDaemon(true);
    watch.start();
  }

  /** Runs when a signal tells the process to end. */
  private void stopAndHalt(Container container, KeptBundles kept) {
    stopping.set(true);
    kept.stop();
    Exit exit;
    try {
      exit = container.stop(STOP_PATIENCE) ? Exit.STOPPED : Exit.STOPPED_LATE;
    } catch (Exception e) { // whatever it is, the process must end
      System.err.println("Stopping failed: " + e);
      exit = Exit.UNEXPECTED;
    }
    Exit.silence();
    // Only native threads are left by now, and an ordinary exit would report the signal instead of
    // the result of the stop.
    Runtime.getRuntime().halt(exit.code());
  }

  /** What status says, too, and what the component runtime knows beyond that. */
  private List<String> troubles(Diagnosis diagnosis, KeptBundles kept, Settings settings) {
    List<String> lines = new ArrayList<>(unhealthy(settings));
    String said = String.join("\n", lines);
    kept.failures().stream()
        .filter(failure -> !said.contains(failure.substring(0, failure.indexOf(": "))))
        .forEach(lines::add);
    diagnosis.failures().stream()
        .filter(failure -> !said.contains(failure.firstSentence()))
        .forEach(failure -> lines.add(failure.toString()));
    return lines;
  }

  private List<String> unhealthy(Settings settings) {
    String socket = settings.value(SHELL, "controlSocket");
    if (role != Role.NODE || socket == null) {
      return List.of();
    }
    try (ControlClient client = new ControlClient(Path.of(socket), HEALTH_PATIENCE)) {
      ControlClient.Answer answer = client.run("health");
      // Its last line is what we say ourselves, below the others.
      return answer.ok()
          ? List.of()
          : answer.text().lines().filter(line -> !line.equals(DEGRADED)).toList();
    } catch (IOException e) {
      return List.of(); // without a socket, which is among the failures then
    }
  }

  private String awaitReady(
      Container container, Diagnosis diagnosis, Path data, Set<String> missing)
      throws ExitException, InterruptedException {
    int seconds = arguments.number("--ready-seconds", DEFAULT_READY_SECONDS, 1, 3_600);
    long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    String ready = ready(container, diagnosis, data);
    while (ready == null) {
      if (stopping.get()) {
        throw new ExitException(Exit.STOPPED, "Stopped while starting.");
      }
      if (System.nanoTime() > deadline) {
        missing.forEach(System.err::println);
        throw new ExitException(
            Exit.NOT_READY, "Not ready after " + seconds + " s. Missing:" + diagnosis.explain());
      }
      Thread.sleep(POLL_MILLIS);
      ready = ready(container, diagnosis, data);
    }
    return ready;
  }

  private @Nullable String ready(Container container, Diagnosis diagnosis, Path data)
      throws ExitException {
    if (role == Role.NODE) {
      ServiceReference<?> node = container.reference(NODE_SERVICE);
      ServiceReference<?> identity = container.reference(IDENTITY_SERVICE);
      if (node == null || identity == null) {
        return null;
      }
      // A service is registered before its component is activated, which may fail.
      if (!container.activates(identity) || !container.activates(node)) {
        List<String> failures = diagnosis.failures().stream().map(Object::toString).toList();
        if (!failures.isEmpty()) {
          throw new ExitException(
              Exit.NOT_READY, "The node cannot start.\n  " + String.join("\n  ", failures));
        }
        return null;
      }
      return "The node is running. Data folder: " + data;
    }
    ServiceReference<?> http = container.reference(HTTP_SERVICE);
    if (http == null || !diagnosis.isActive(SERVER_COMPONENT)) {
      return null;
    }
    String endpoint = endpoint(http.getProperty("osgi.http.endpoint"));
    return endpoint == null
        ? null
        : "The discovery service is running at " + endpoint.replaceFirst("^http", "ws");
  }

  /** The endpoint property is a text or an array of them. */
  private static @Nullable String endpoint(@Nullable Object property) {
    if (property instanceof String[] all) {
      return all.length == 0 ? null : all[0];
    }
    return property instanceof String one ? one : null;
  }

  /** Opens a prompt on a terminal, in a thread of its own: the node may stop meanwhile. */
  private void attend(Path data) {
    if (role == Role.NODE && isAttended()) {
      System.out.println(
          "Ctrl-C stops the node. Ctrl-D or exit closes the prompt; the node keeps running.");
      Thread prompt = new Thread(() -> prompt(data), "chroniclesync-prompt");
      // It may wait for a line forever.
      prompt.setDaemon(true);
      prompt.start();
    }
  }

  private static void prompt(Path data) {
    try {
      Shell.prompt(data);
    } catch (IOException e) {
      System.err.println("The prompt cannot open: " + e.getMessage());
    }
  }

  private Path conf() {
    return distribution.resolve("conf").resolve(role.folder());
  }

  private Map<String, String> frameworkProperties(Path data) throws ExitException {
    Map<String, String> properties = new HashMap<>();
    properties.put(SECRETS, secrets(data).toString());
    properties.put(
        "org.ops4j.pax.logging.StaticLogbackFile",
        distribution.resolve("conf").resolve("logback.xml").toString());
    properties.put("org.ops4j.pax.logging.DefaultServiceLog.level", "WARN");
    properties.putAll(Settings.properties(conf().resolve("framework.conf")));
    properties.put(HTTP_PORT, String.valueOf(port()));
    if (role == Role.DISCOVERY) {
      properties.put(HTTP_HOST, host());
    }
    return properties;
  }

  private int port() throws ExitException {
    return arguments.number(
        "--port", role == Role.NODE ? DEFAULT_PAGE_PORT : DEFAULT_PORT, 0, 65_535);
  }

  private String host() throws ExitException {
    String given = arguments.last("--host");
    return given == null
        ? Settings.properties(conf().resolve("framework.conf"))
            .getOrDefault(HTTP_HOST, DEFAULT_HOST)
        : given;
  }

  /** Where the files are that configurations refer to as $[secret:name]. */
  private Path secrets(Path data) throws ExitException {
    String given = arguments.last("--secrets");
    if (given == null) {
      String credentials = System.getenv(SYSTEMD_CREDENTIALS);
      return credentials == null ? data.resolve("secrets") : Path.of(credentials);
    }
    Path folder = Path.of(given).toAbsolutePath().normalize();
    if (!Files.isDirectory(folder)) {
      throw new ExitException(Exit.USAGE, "--secrets is " + given + ", which is not a folder.");
    }
    return folder;
  }

  private Settings settings(Path data) throws ExitException {
    Settings settings = new Settings(data);
    settings.read(conf());
    settings.read(data.resolve("conf"));
    int number = 0;
    for (String url : arguments.all("--discovery")) {
      requireService(url);
      settings.put("org.chroniclesync.discovery.websocket~" + ++number, Map.of("url", url));
    }
    List<String> profiles =
        arguments.all("--profile").stream()
            .map(profile -> Path.of(profile).toAbsolutePath().normalize().toString())
            .toList();
    if (!profiles.isEmpty()) {
      settings.put("org.chroniclesync.importer.browser", "profiles", profiles);
    }
    for (String set : arguments.all("--set")) {
      apply(settings, set);
    }
    return settings;
  }

  private static void requireService(String url) throws ExitException {
    if (!SERVICE.matcher(url).matches() && !url.contains(REFERENCE)) {
      throw new ExitException(
          Exit.USAGE,
          "--discovery is "
              + url
              + ", which is not the URL of a discovery service. It must be like"
              + " wss://host/ or ws://host:8080/.");
    }
  }

  /** Takes {@code PID:key=value}. */
  private static void apply(Settings settings, String text) throws ExitException {
    int colon = text.indexOf(':');
    int equals = text.indexOf('=', colon + 1);
    if (colon < 1 || equals < 0) {
      throw new ExitException(Exit.USAGE, "--set expects PID:KEY=VALUE, not " + text + ".");
    }
    settings.put(
        text.substring(0, colon),
        Map.of(text.substring(colon + 1, equals), text.substring(equals + 1)));
  }
}
