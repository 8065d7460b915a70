// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Lets an installed browser, without a window, walk through a small web of pages that this program
 * serves itself, so that a profile with real history comes to be. All host names lead here; nothing
 * outside of this machine is asked for anything.
 *
 * <p>A single file without dependencies: {@code java MakeProfile.java chromium|firefox OUTDIR
 * [PAGES]} and {@code java MakeProfile.java visit chromium|firefox OUTDIR URL TITLE}.
 */
public final class MakeProfile {
  static final int DEFAULT_PAGES = 40;
  static final int MAX_PAGES = 10_000;
  static final Duration STEP_TIMEOUT = Duration.ofSeconds(60);
  static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  static final Duration EXIT_TIMEOUT = Duration.ofSeconds(60);
  static final int EXIT_FAILED = 1;
  static final int EXIT_USAGE = 2;
  static final int EXIT_NOT_INSTALLED = 3;

  private MakeProfile() {}

  public static void main(String[] args) {
    int code;
    try {
      code = run(List.of(args));
    } catch (NotInstalled e) {
      System.err.println(e.getMessage());
      code = EXIT_NOT_INSTALLED;
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println("usage: make-profiles.sh chromium|firefox OUTDIR [PAGES]");
      System.err.println("       make-profiles.sh visit chromium|firefox OUTDIR URL TITLE");
      code = EXIT_USAGE;
    } catch (Exception e) {
      System.err.println("No profile: " + e);
      code = EXIT_FAILED;
    }
    System.exit(code);
  }

  static int run(List<String> args) throws Exception {
    if (args.size() == 5 && args.get(0).equals("visit")) {
      URI url = URI.create(args.get(3));
      if (url.getHost() == null || !"http".equals(url.getScheme())) {
        throw new IllegalArgumentException("the URL must be http://HOST/PATH, not " + args.get(3));
      }
      Path profile = Path.of(args.get(2)).toAbsolutePath();
      Path evidence = profile.resolve(evidence(args.get(1)));
      if (!Files.exists(evidence)) {
        throw new IllegalArgumentException("there is no profile at " + profile);
      }
      browse(args.get(1), profile, Map.of(url.getHost() + url.getPath(), args.get(4)), url, 0);
      return 0;
    }
    if (args.size() == 2 || args.size() == 3) {
      int pages = args.size() == 3 ? pages(args.get(2)) : DEFAULT_PAGES;
      Path out = Path.of(args.get(1)).toAbsolutePath();
      if (Files.exists(out.resolve(evidence(args.get(0))))) {
        throw new IllegalArgumentException("there is a profile already at " + out);
      }
      browse(args.get(0), out, Map.of(), null, pages);
      return 0;
    }
    throw new IllegalArgumentException("which browser, and where to?");
  }

  static int pages(String text) {
    int pages;
    try {
      pages = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      pages = 0;
    }
    if (pages < 1 || pages > MAX_PAGES) {
      throw new IllegalArgumentException("PAGES must be 1 to " + MAX_PAGES + ", not " + text);
    }
    return pages;
  }

  static String evidence(String family) {
    return switch (family) {
      case "chromium" -> "Default/History";
      case "firefox" -> "places.sqlite";
      default -> throw new IllegalArgumentException("chromium or firefox, not " + family);
    };
  }

  static void browse(String family, Path profile, Map<String, String> titles, URI only, int pages)
      throws Exception {
    boolean chromium = family.equals("chromium");
    Path program = chromium ? Program.chromium() : Program.firefox();
    long began = System.nanoTime();
    Files.createDirectories(profile);
    Path home = Files.createTempDirectory("chroniclesync-browser-home");
    try (Web web = new Web(titles, chromium ? 0 : 7);
        Running browser =
            chromium
                ? Chromium.start(program, profile, home, web.port())
                : Firefox.start(program, profile, home, web.port())) {
      int visits = only == null ? new Walk(browser.driver(), web).walk(pages) : 1;
      if (only != null) {
        browser.driver().type(only.toString());
      }
      browser.driver().settle();
      browser.quit();
      System.out.printf(
          "%s: %d pages in %d ms, profile %s%n",
          program.getFileName(),
          visits,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
          chromium ? profile.resolve("Default") : profile);
    } finally {
      delete(home);
    }
  }

  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  static final class NotInstalled extends Exception {
    NotInstalled(String what) {
      super(what + " is not installed on this machine.");
    }
  }

  /** Where the browsers are. */
  static final class Program {
    static Path chromium() throws NotInstalled {
      return find(
          "A browser of the Chromium family",
          "CHRONICLESYNC_CHROMIUM",
          List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
          List.of(
              "/Applications/Chromium.app/Contents/MacOS/Chromium",
              "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"));
    }

    static Path firefox() throws NotInstalled {
      return find(
          "Firefox",
          "CHRONICLESYNC_FIREFOX",
          List.of("firefox-esr", "firefox"),
          List.of("/Applications/Firefox.app/Contents/MacOS/firefox"));
    }

    static Path find(String what, String variable, List<String> names, List<String> places)
        throws NotInstalled {
      List<String> candidates = new ArrayList<>();
      Optional.ofNullable(System.getenv(variable)).ifPresent(candidates::add);
      String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
      for (String name : names) {
        for (String folder : path.split(File.pathSeparator)) {
          candidates.add(folder + "/" + name);
        }
      }
      candidates.addAll(places);
      return candidates.stream()
          .map(Path::of)
          .filter(Files::isRegularFile)
          .filter(Files::isExecutable)
          .findFirst()
          .orElseThrow(() -> new NotInstalled(what));
    }
  }

  /** What a person does with a browser. Each call returns when the page has loaded. */
  interface Driver extends AutoCloseable {
    void type(String url) throws Exception;

    void bookmark(String url) throws Exception;

    void click(String elementId) throws Exception;

    void reload() throws Exception;

    /** Returns the title that the page has now. */
    String title() throws Exception;

    void settle() throws Exception;

    void quit() throws Exception;

    @Override
    void close();
  }

  /** A walk through the pages that has a bit of everything in it. */
  record Walk(Driver driver, Web web) {
    int walk(int pages) throws Exception {
      for (int i = 0; i < pages; i++) {
        switch (i % 10) {
          case 0 -> driver.type(web.home(i / 10));
          case 2 -> driver.click("moved");
          case 3 -> driver.click("framed");
          case 4 -> driver.click("found");
          case 5 -> late();
          case 6 -> driver.click("search");
          case 7 -> driver.reload();
          case 8 -> driver.bookmark(web.home(i / 10 + 3));
          default -> driver.click("next" + i % 3);
        }
      }
      return pages;
    }

    /** Stays until the title has come that comes late. */
    private void late() throws Exception {
      driver.click("late");
      long end = System.nanoTime() + STEP_TIMEOUT.toNanos();
      while (!driver.title().startsWith(Web.LATE)) {
        if (System.nanoTime() > end) {
          throw new TimeoutException("the title did not come");
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  /** A browser's process. Whatever happens, neither it nor a child of it stays. */
  record Running(Process process, Driver driver, Thread hook) implements AutoCloseable {
    static Process start(List<String> command, Path home) throws IOException {
      ProcessBuilder builder = new ProcessBuilder(command);
      // The person's own settings and running browsers are none of our business.
      builder.environment().put("HOME", home.toString());
      builder.environment().put("XDG_CONFIG_HOME", home + "/config");
      builder.environment().put("XDG_CACHE_HOME", home + "/cache");
      builder.environment().put("MOZ_CRASHREPORTER_DISABLE", "1");
      builder.environment().remove("DISPLAY");
      builder.environment().remove("WAYLAND_DISPLAY");
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      return builder.start();
    }

    static Running of(Process process, Driver driver) {
      Thread hook = new Thread(() -> kill(process));
      Runtime.getRuntime().addShutdownHook(hook);
      return new Running(process, driver, hook);
    }

    void quit() throws Exception {
      List<ProcessHandle> children = process.descendants().toList();
      driver.quit();
      if (!process.waitFor(EXIT_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new TimeoutException("the browser did not end when asked to");
      }
      for (ProcessHandle child : children) {
        child.onExit().completeOnTimeout(child, 2, TimeUnit.SECONDS).join();
        child.destroyForcibly();
      }
    }

    static void kill(Process process) {
      List<ProcessHandle> children = process.descendants().toList();
      process.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
      process.onExit().completeOnTimeout(process, 5, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
      driver.close();
      kill(process);
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  /** Drives the Chromium family by its DevTools protocol. */
  static final class Chromium implements Driver, WebSocket.Listener {
    private static final Pattern ID = Pattern.compile("^\\{\"id\":(\\d+)");
    private final BlockingQueue<String> incoming = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;
    private String session = "";
    private int calls;

    static Running start(Path program, Path profile, Path home, int port) throws Exception {
      Path endpoint = profile.resolve("DevToolsActivePort");
      Files.deleteIfExists(endpoint);
      List<String> command =
          new ArrayList<>(
              List.of(
                  program.toString(),
                  "--headless",
                  "--user-data-dir=" + profile,
                  "--remote-debugging-port=0",
                  "--host-resolver-rules=MAP * 127.0.0.1:" + port,
                  // http stays http: there is no certificate for invented hosts.
                  "--disable-features=HttpsUpgrades,HttpsFirstBalancedMode,"
                      + "HttpsFirstBalancedModeAutoEnable,HttpsFirstModeV2",
                  "--disable-gpu",
                  "--disable-quic",
                  "--disable-dev-shm-usage",
                  "--no-first-run",
                  "--no-default-browser-check",
                  "--disable-background-networking",
                  "--disable-component-update",
                  "--disable-default-apps",
                  "--disable-extensions",
                  "--disable-sync",
                  "--password-store=basic",
                  "--use-mock-keychain"));
      if ("root".equals(System.getProperty("user.name"))) {
        command.add("--no-sandbox");
      }
      command.add("about:blank");
      Process process = Running.start(command, home);
      try {
        List<String> lines = await(endpoint, process, 2);
        String address = "ws://127.0.0.1:" + lines.get(0) + lines.get(1);
        return Running.of(process, new Chromium(URI.create(address)));
      } catch (Exception e) {
        Running.kill(process);
        throw e;
      }
    }

    private Chromium(URI address) throws Exception {
      socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(address, this)
              .get(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      String targets = call("Target.getTargets", "{}");
      String target = first(targets, "\"targetId\":\"([^\"]+)\",\"type\":\"page\"");
      String attached =
          call("Target.attachToTarget", "{\"targetId\":" + quote(target) + ",\"flatten\":true}");
      session = first(attached, "\"sessionId\":\"([^\"]+)\"");
      call("Page.enable", "{}");
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        incoming.add(partial.toString());
        partial.setLength(0);
      }
      from.request(1);
      return null;
    }

    private String call(String method, String params) throws Exception {
      int id = ++calls;
      String to = session.isEmpty() ? "" : ",\"sessionId\":" + quote(session);
      String text =
          "{\"id\":" + id + ",\"method\":" + quote(method) + ",\"params\":" + params + to + "}";
      socket.sendText(text, true).get(STEP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      String answer =
          next(
              message -> {
                Matcher matcher = ID.matcher(message);
                return matcher.find() && matcher.group(1).equals(Integer.toString(id));
              });
      if (answer.contains("\"error\":{") || answer.contains("\"exceptionDetails\":{")) {
        throw new IOException(method + " was answered with " + answer);
      }
      return answer;
    }

    private String next(java.util.function.Predicate<String> wanted) throws Exception {
      long end = System.nanoTime() + STEP_TIMEOUT.toNanos();
      while (true) {
        String message = incoming.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (message == null) {
          throw new TimeoutException("the browser did not answer");
        }
        if (wanted.test(message)) {
          return message;
        }
      }
    }

    private void loading(String method, String params) throws Exception {
      incoming.removeIf(message -> message.contains("\"Page.loadEventFired\""));
      // The answer to the call may come after the event that it causes, so that only the event is
      // waited for in a way that loses neither.
      int id = ++calls;
      socket
          .sendText(
              "{\"id\":"
                  + id
                  + ",\"method\":"
                  + quote(method)
                  + ",\"params\":"
                  + params
                  + ",\"sessionId\":"
                  + quote(session)
                  + "}",
              true)
          .get(STEP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      next(message -> message.contains("\"Page.loadEventFired\""));
    }

    @Override
    public void type(String url) throws Exception {
      loading("Page.navigate", "{\"transitionType\":\"typed\",\"url\":" + quote(url) + "}");
    }

    @Override
    public void bookmark(String url) throws Exception {
      loading("Page.navigate", "{\"transitionType\":\"auto_bookmark\",\"url\":" + quote(url) + "}");
    }

    @Override
    public void click(String elementId) throws Exception {
      String script = "document.getElementById(" + quote(elementId) + ").click()";
      loading("Runtime.evaluate", "{\"userGesture\":true,\"expression\":" + quote(script) + "}");
    }

    @Override
    public void reload() throws Exception {
      loading("Page.reload", "{}");
    }

    @Override
    public String title() throws Exception {
      return first(
          call("Runtime.evaluate", "{\"expression\":\"document.title\"}"),
          "\"value\":\"([^\"]*)\"");
    }

    @Override
    public void settle() throws Exception {
      title();
    }

    @Override
    public void quit() throws Exception {
      session = "";
      call("Browser.close", "{}");
    }

    @Override
    public void close() {
      socket.abort();
    }
  }

  /** Drives Firefox by its Marionette protocol: a length, a colon, that many bytes of JSON. */
  static final class Firefox implements Driver {
    private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
    private static final int MAX_ANSWER_BYTES = 16 << 20;
    private final Socket socket;
    private int calls;

    static Running start(Path program, Path profile, Path home, int port) throws Exception {
      Path endpoint = profile.resolve("MarionetteActivePort");
      Files.deleteIfExists(endpoint);
      Files.writeString(profile.resolve("user.js"), settings(port));
      Process process =
          Running.start(
              List.of(
                  program.toString(),
                  "--headless",
                  "--no-remote",
                  "--profile",
                  profile.toString(),
                  "--marionette",
                  "-remote-allow-system-access"),
              home);
      try {
        int marionette = Integer.parseInt(await(endpoint, process, 1).get(0).trim());
        return Running.of(process, new Firefox(marionette));
      } catch (Exception e) {
        Running.kill(process);
        throw e;
      }
    }

    private static String settings(int port) {
      Map<String, Object> all =
          Map.ofEntries(
              Map.entry("marionette.port", 0),
              Map.entry("network.proxy.type", 1),
              Map.entry("network.proxy.http", "127.0.0.1"),
              Map.entry("network.proxy.http_port", port),
              // Whatever the browser itself wants from the world by https ends at a closed port.
              Map.entry("network.proxy.ssl", "127.0.0.1"),
              Map.entry("network.proxy.ssl_port", 9),
              Map.entry("network.proxy.no_proxies_on", ""),
              Map.entry("network.captive-portal-service.enabled", false),
              Map.entry("network.connectivity-service.enabled", false),
              Map.entry("network.dns.disablePrefetch", true),
              Map.entry("network.prefetch-next", false),
              Map.entry("network.http.speculative-parallel-limit", 0),
              Map.entry("dom.security.https_first", false),
              Map.entry("dom.security.https_only_mode", false),
              Map.entry("app.update.enabled", false),
              Map.entry("app.normandy.enabled", false),
              Map.entry("browser.safebrowsing.malware.enabled", false),
              Map.entry("browser.safebrowsing.phishing.enabled", false),
              Map.entry("browser.aboutwelcome.enabled", false),
              Map.entry("browser.startup.page", 0),
              Map.entry("browser.startup.homepage_override.mstone", "ignore"),
              Map.entry("browser.newtabpage.enabled", false),
              Map.entry("browser.shell.checkDefaultBrowser", false),
              Map.entry("browser.topsites.contile.enabled", false),
              Map.entry("datareporting.policy.dataSubmissionEnabled", false),
              Map.entry("datareporting.healthreport.uploadEnabled", false),
              Map.entry("toolkit.telemetry.enabled", false),
              Map.entry("toolkit.telemetry.server", ""),
              Map.entry("extensions.getAddons.cache.enabled", false),
              Map.entry("services.settings.server", "http://127.0.0.1:9/"),
              Map.entry("places.history.enabled", true));
      StringBuilder text = new StringBuilder();
      all.forEach(
          (name, value) ->
              text.append("user_pref(")
                  .append(quote(name))
                  .append(", ")
                  .append(value instanceof String string ? quote(string) : value)
                  .append(");\n"));
      return text.toString();
    }

    private Firefox(int port) throws Exception {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setSoTimeout((int) STEP_TIMEOUT.toMillis());
      read();
      call("WebDriver:NewSession", "{\"pageLoadStrategy\":\"eager\"}");
    }

    private String read() throws IOException {
      InputStream in = socket.getInputStream();
      int length = 0;
      for (int c = in.read(); c != ':'; c = in.read()) {
        length = length * 10 + Character.digit(c, 10);
        if (c < '0' || c > '9' || length > MAX_ANSWER_BYTES) {
          throw new IOException("the browser speaks another protocol");
        }
      }
      return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private String call(String name, String params) throws IOException {
      int id = ++calls;
      byte[] text =
          ("[0," + id + "," + quote(name) + "," + params + "]").getBytes(StandardCharsets.UTF_8);
      OutputStream out = socket.getOutputStream();
      out.write((text.length + ":").getBytes(StandardCharsets.US_ASCII));
      out.write(text);
      out.flush();
      String answer = read();
      if (!answer.startsWith("[1," + id + ",null,")) {
        throw new Refused(name + " was answered with " + answer);
      }
      return answer;
    }

    /** The browser answered, and not as it was asked. */
    private static final class Refused extends IOException {
      Refused(String what) {
        super(what);
      }
    }

    private void places(String script) throws IOException {
      call("Marionette:SetContext", "{\"value\":\"chrome\"}");
      String source =
          "const { PlacesUtils } = ChromeUtils.importESModule("
              + "'resource://gre/modules/PlacesUtils.sys.mjs'); "
              + script;
      call("WebDriver:ExecuteScript", "{\"args\":[],\"script\":" + quote(source) + "}");
      call("Marionette:SetContext", "{\"value\":\"content\"}");
    }

    private void navigate(String mark, String url) throws IOException {
      // What the address bar and the bookmarks menu do before they open a page.
      places("PlacesUtils.history." + mark + "(Services.io.newURI(" + quote(url) + "));");
      call("WebDriver:Navigate", "{\"url\":" + quote(url) + "}");
    }

    @Override
    public void type(String url) throws IOException {
      navigate("markPageAsTyped", url);
    }

    @Override
    public void bookmark(String url) throws IOException {
      navigate("markPageAsFollowedBookmark", url);
    }

    @Override
    public void click(String elementId) throws IOException {
      String found =
          call(
              "WebDriver:FindElement",
              "{\"using\":\"css selector\",\"value\":" + quote("#" + elementId) + "}");
      String element = first(found, "\"" + ELEMENT + "\":\"([^\"]+)\"");
      script("document.documentElement.id = 'left'");
      call("WebDriver:ElementClick", "{\"id\":" + quote(element) + "}");
      awaitNext();
    }

    /**
     * A click returns if the next page has not begun in a short time, and the next step would be
     * taken on the page that goes.
     */
    private void awaitNext() throws IOException {
      long end = System.nanoTime() + STEP_TIMEOUT.toNanos();
      while (!isNext()) {
        if (System.nanoTime() > end) {
          throw new IOException("the page did not go after a click");
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }

    private boolean isNext() throws IOException {
      try {
        return script(
                "return document.documentElement.id !== 'left' && document.readyState !== 'loading'")
            .contains("\"value\":true");
      } catch (Refused e) {
        // Asked while one page went and the next one came.
        return false;
      }
    }

    private String script(String source) throws IOException {
      return call("WebDriver:ExecuteScript", "{\"args\":[],\"script\":" + quote(source) + "}");
    }

    @Override
    public String title() throws IOException {
      return first(call("WebDriver:GetTitle", "{}"), "\"value\":\"([^\"]*)\"");
    }

    @Override
    public void reload() throws IOException {
      call("WebDriver:Refresh", "{}");
    }

    @Override
    public void settle() throws IOException {
      call("WebDriver:GetTitle", "{}");
      // Visits are written behind the page; the browser itself says when it is through.
      call("Marionette:SetContext", "{\"value\":\"chrome\"}");
      String source =
          "const done = arguments[arguments.length - 1]; const { PlacesUtils } ="
              + " ChromeUtils.importESModule('resource://gre/modules/PlacesUtils.sys.mjs');"
              + " PlacesUtils.withConnectionWrapper('settle', db => db.execute('SELECT 1'))"
              + ".then(() => done(true), () => done(false));";
      call("WebDriver:ExecuteAsyncScript", "{\"args\":[],\"script\":" + quote(source) + "}");
    }

    @Override
    public void quit() throws IOException {
      try {
        call("Marionette:Quit", "{\"flags\":[\"eForceQuit\"]}");
      } catch (Refused e) {
        throw e;
      } catch (IOException e) {
        // It may end before it has answered; whoever asks waits for its end.
        System.err.println("quitting: " + e);
      }
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        System.err.println("closing: " + e);
      }
    }
  }

  /** The small web. Every host is here; every page knows its title and leads to others. */
  static final class Web implements AutoCloseable {
    private static final List<String> HOSTS =
        List.of(
            "news.example.org",
            "recettes.example.fr",
            "wiki.example.org",
            "garten.example.de",
            "trains.example.ch",
            "tabi.example.jp",
            "code.example.org",
            "maps.example.net",
            "kino.example.cz",
            "biblio.example.gr",
            "weather.example.com",
            "shop.example.com");
    private static final List<String> TITLES =
        List.of(
            "Harbour bridge reopens after two years",
            "Tarte à l’oignon de Grand-mère",
            "History of the lighthouse",
            "Tomaten vorziehen: was im März zählt",
            "Fahrplan Zürich–Genève",
            "京都の紅葉を歩く",
            "A queue without locks, explained",
            "Walks along the river 🌊",
            "Nejlepší filmy o vlacích",
            "Η ιστορία της βιβλιοθήκης",
            "Storm warning for the coast ⛈",
            "Wool socks, size 42");
    /** What a late title begins with. */
    static final String LATE = "Arrived late";

    /** The property that names a file: late titles do not come before it is there. */
    static final String SEEN = "make-profile.seen";

    private final Map<String, String> titles;
    private final int offset;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    Web(Map<String, String> titles, int offset) throws IOException {
      this.titles = titles;
      this.offset = offset;
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", this::answer);
      server.setExecutor(threads);
      server.start();
    }

    int port() {
      return server.getAddress().getPort();
    }

    String home(int number) {
      return page(number * 5 + offset);
    }

    private String page(int number) {
      int site = Math.floorMod(number, HOSTS.size());
      int article = number / HOSTS.size();
      return "http://" + HOSTS.get(site) + (article == 0 ? "/" : "/" + article);
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        URI uri = exchange.getRequestURI();
        String host =
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host"))
                .orElse("localhost")
                .replaceAll(":\\d+$", "");
        String path = uri.getPath();
        if (path.equals("/favicon.ico") || !exchange.getRequestMethod().equals("GET")) {
          exchange.sendResponseHeaders(404, -1);
        } else if (path.startsWith("/moved/") || path.startsWith("/found/")) {
          exchange.getResponseHeaders().set("Location", page(number(path.substring(7))));
          exchange.sendResponseHeaders(path.startsWith("/moved/") ? 301 : 302, -1);
        } else {
          byte[] body = text(host, path, uri.getQuery()).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
          exchange.getResponseHeaders().set("Cache-Control", "no-store");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
        }
      }
    }

    private String text(String host, String path, String query) throws IOException {
      if (!path.startsWith("/title/")) {
        return page(host, path, query);
      }
      awaitTitles();
      return LATE + ' ' + number(path.substring(7));
    }

    /** Until somebody has seen what the page is called before, if anybody wants to. */
    private static void awaitTitles() throws IOException {
      long end = System.nanoTime() + STEP_TIMEOUT.toNanos();
      String seen = System.getProperty(SEEN);
      try {
        TimeUnit.MILLISECONDS.sleep(300);
        while (seen != null && !Files.exists(Path.of(seen)) && System.nanoTime() < end) {
          TimeUnit.MILLISECONDS.sleep(20);
        }
      } catch (InterruptedException e) {
        throw new IOException("the walk is over", e);
      }
    }

    private static int number(String text) {
      return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
    }

    private String page(String host, String path, String query) {
      int site = Math.max(0, HOSTS.indexOf(host));
      int article = number(path.substring(1));
      int number = article * HOSTS.size() + site;
      String title = titles.get(host + path);
      if (path.matches("/(late|frame|framed)/\\d{1,6}")) {
        return special(path, number(path.substring(path.lastIndexOf('/') + 1)));
      }
      if (title == null) {
        title =
            query == null
                ? TITLES.get((site + article * 5) % TITLES.size()) + " – " + host
                : "Search: " + query.replace("q=", "");
        title += article == 0 ? "" : " (" + article + ")";
      }
      StringBuilder html = new StringBuilder("<!doctype html><html><head><meta charset=utf-8>");
      html.append("<title>").append(escape(title)).append("</title></head><body><h1>");
      html.append(escape(title)).append("</h1><p>");
      links(html, number);
      return html.append("</body></html>").toString();
    }

    /** A page with a title that comes late, one with a frame, or what is in the frame. */
    private String special(String path, int number) {
      StringBuilder html = new StringBuilder("<!doctype html><html><head><meta charset=utf-8>");
      if (path.startsWith("/late/")) {
        html.append("<title>Loading…</title><script>fetch('/title/").append(number);
        html.append("').then(answer => answer.text()).then(title => { document.title = title; })");
        html.append("</script></head><body><p>");
      } else if (path.startsWith("/frame/")) {
        return html.append("<title>Within a frame</title></head><body>Framed</body></html>")
            .toString();
      } else {
        html.append("<title>Around a frame ").append(number).append("</title></head><body>");
        html.append("<iframe src=/frame/").append(number).append("></iframe><p>");
      }
      links(html, number);
      return html.append("</body></html>").toString();
    }

    private void links(StringBuilder html, int number) {
      for (int i = 0; i < 3; i++) {
        link(html, "next" + i, page(number + 1 + i * 4));
      }
      link(html, "moved", "/moved/" + (number + 17));
      link(html, "found", "/found/" + (number + 7));
      link(html, "framed", "/framed/" + number);
      link(html, "late", "/late/" + number);
      html.append("<form action=/search><input name=q value=\"bridge ").append(number);
      html.append("\"><button id=search>Search</button></form>");
    }

    private static void link(StringBuilder html, String id, String url) {
      html.append("<a id=").append(id).append(" href=\"").append(url).append("\">");
      html.append(id).append("</a> ");
    }

    private static String escape(String text) {
      return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    @Override
    public void close() {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  /** Waits for a file that the browser writes when it is ready. */
  static List<String> await(Path file, Process process, int lines) throws Exception {
    long end = System.nanoTime() + START_TIMEOUT.toNanos();
    while (System.nanoTime() < end) {
      if (Files.exists(file)) {
        List<String> read = Files.readAllLines(file);
        if (read.size() >= lines && !read.get(lines - 1).isBlank()) {
          return read;
        }
      }
      if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
        throw new IOException("the browser ended at once with code " + process.exitValue());
      }
    }
    throw new TimeoutException("the browser was not ready after " + START_TIMEOUT);
  }

  static String first(String text, String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.find()) {
      throw new IOException("the browser's answer lacks what was asked for: " + text);
    }
    return matcher.group(1);
  }

  static String quote(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
