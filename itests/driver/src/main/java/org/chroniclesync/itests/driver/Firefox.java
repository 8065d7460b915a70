// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Firefox, through WebDriver BiDi, which it speaks itself: it needs no driver. */
public final class Firefox implements Browser, WebSocket.Listener {
  private static final Path PROGRAM = Path.of("/usr/bin/firefox-esr");
  private static final String LISTENING = "WebDriver BiDi listening on ";
  private static final String SAID = "log.entryAdded";
  private static final long PATIENCE_SECONDS = PATIENCE.toSeconds();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final WebSocket socket;
  private final String context;
  private final AtomicLong last = new AtomicLong();
  private final Map<Long, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final ArrayDeque<String> console = new ArrayDeque<>();
  private final StringBuilder message = new StringBuilder();

  /**
   * Starts one.
   *
   * @param profile its folder, of an earlier one or to be made
   * @param preferences further lines of its {@code user.js}
   * @throws IOException if it does not start
   */
  public Firefox(Path profile, String... preferences) throws IOException {
    this(profile, false, preferences);
  }

  /**
   * Starts one that goes on whatever certificate a page has, as a person does who has compared it.
   *
   * @param profile its folder, of an earlier one or to be made
   * @return the browser
   * @throws IOException if it does not start
   */
  public static Firefox takingAnyCertificate(Path profile) throws IOException {
    return new Firefox(profile, true);
  }

  private Firefox(Path profile, boolean anyCertificate, String... preferences) throws IOException {
    Files.createDirectories(profile);
    Files.writeString(
        profile.resolve("user.js"),
        """
        user_pref("intl.accept_languages", "en-GB");
        user_pref("intl.locale.requested", "en-GB");
        user_pref("browser.shell.checkDefaultBrowser", false);
        user_pref("datareporting.policy.dataSubmissionEnabled", false);
        user_pref("app.update.enabled", false);
        user_pref("network.captive-portal-service.enabled", false);
        user_pref("network.connectivity-service.enabled", false);
        """
            + String.join("\n", preferences));
    process =
        new ProcessBuilder(
                PROGRAM.toString(),
                "--headless",
                "--no-remote",
                "--remote-debugging-port",
                "0",
                "--remote-allow-system-access",
                "--profile",
                profile.toString())
            .redirectErrorStream(true)
            .start();
    try {
      String address = address();
      socket =
          HttpClient.newHttpClient()
              .newWebSocketBuilder()
              .buildAsync(URI.create(address + "/session"), this)
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      ObjectNode wanted = JSON.createObjectNode();
      wanted
          .putObject("capabilities")
          .putObject("alwaysMatch")
          .put("acceptInsecureCerts", anyCertificate);
      ask("session.new", wanted);
      ObjectNode said = JSON.createObjectNode();
      said.putArray("events").add(SAID);
      ask("session.subscribe", said);
      context =
          ask("browsingContext.getTree", JSON.createObjectNode())
              .at("/contexts/0/context")
              .textValue();
    } catch (InterruptedException
        | ExecutionException
        | TimeoutException
        | IOException
        | RuntimeException
        | AssertionError e) {
      end();
      throw new IOException("Firefox does not answer", e);
    }
  }

  /**
   * Makes its window the one that a person has before them: no element of another one tells of the
   * focus, and no key presses a button there.
   */
  public void inFront() {
    runInside(
        """
        const own = Services.wm.getMostRecentWindow('navigator:browser');
        Services.focus.activeWindow = own;
        own.gBrowser.selectedBrowser.focus();
        """);
  }

  /**
   * Tells whether it is installed.
   *
   * @return false if not
   */
  public static boolean isHere() {
    return Files.isExecutable(PROGRAM);
  }

  private String address() throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith(LISTENING)) {
        // What it says later is of no interest, but it must not wait for somebody to read it.
        Thread drain = new Thread(() -> lines.lines().forEach(ignored -> {}), "firefox-output");
        drain.setDaemon(true);
        drain.start();
        return line.substring(LISTENING.length()).strip();
      }
    }
    throw new IOException("Firefox ended before it listened");
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean isLast) {
    message.append(data);
    if (isLast) {
      String whole = message.toString();
      message.setLength(0);
      try {
        JsonNode answer = JSON.readTree(whole);
        if (answer.path("method").asText().equals(SAID)) {
          note(answer.path("params"));
        }
        CompletableFuture<JsonNode> asker = waiting.remove(answer.path("id").asLong(-1));
        if (asker != null) {
          asker.complete(answer);
        }
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(whole, e);
      }
    }
    from.request(1);
    return CompletableFuture.completedStage(null);
  }

  private void note(JsonNode entry) {
    synchronized (console) {
      console.add(entry.path("level").asText() + " " + entry.path("text").asText());
      if (console.size() > MAX_CONSOLE_LINES) {
        console.removeFirst();
      }
    }
  }

  @Override
  public List<String> console() {
    synchronized (console) {
      return List.copyOf(console);
    }
  }

  private JsonNode ask(String method, JsonNode parameters) {
    long id = last.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    ObjectNode request = JSON.createObjectNode().put("id", id).put("method", method);
    request.set("params", parameters);
    try {
      socket.sendText(request.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      JsonNode answered = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!answered.path("type").asText().equals("success")) {
        throw new AssertionError(method + ": " + answered);
      }
      return answered.path("result");
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(method + " was not answered", e);
    }
  }

  private ObjectNode inContext() {
    return JSON.createObjectNode().put("context", context);
  }

  @Override
  public void open(String address) {
    ask("browsingContext.navigate", inContext().put("url", address).put("wait", "complete"));
  }

  @Override
  public JsonNode run(String body, Object... given) {
    return run(context, body, given);
  }

  /**
   * Runs the body of an asynchronous function in the browser itself, where its own modules are.
   *
   * @param body of the function
   * @param given texts and numbers for it
   * @return what it returns
   */
  public JsonNode runInside(String body, Object... given) {
    JsonNode windows =
        ask("browsingContext.getTree", JSON.createObjectNode().put("moz:scope", "chrome"));
    return run(windows.at("/contexts/0/context").textValue(), body, given);
  }

  private JsonNode run(String where, String body, Object... given) {
    ObjectNode call =
        JSON.createObjectNode()
            .put(
                "functionDeclaration",
                "async (...texts) => { const given = texts.map(text => JSON.parse(text));"
                    + " try { return JSON.stringify((await (async () => {"
                    + body
                    + "\n})()) ?? null); } catch (error) { return 'failed: ' + error + ' ' + error.stack; } }")
            .put("awaitPromise", true);
    call.putObject("target").put("context", where);
    ArrayNode arguments = call.putArray("arguments");
    for (Object one : given) {
      arguments.addObject().put("type", "string").put("value", JSON.valueToTree(one).toString());
    }
    return Chromium.read(ask("script.callFunction", call).at("/result/value").asText());
  }

  @Override
  public void press(CharSequence keys) {
    ObjectNode parameters = inContext();
    ObjectNode source =
        parameters.putArray("actions").addObject().put("type", "key").put("id", "keyboard");
    ArrayNode actions = source.putArray("actions");
    keys.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            key -> {
              actions.addObject().put("type", "keyDown").put("value", key);
              actions.addObject().put("type", "keyUp").put("value", key);
            });
    ask("input.performActions", parameters);
  }

  @Override
  public void size(int width, int height) {
    ObjectNode parameters = inContext();
    parameters.putObject("viewport").put("width", width).put("height", height);
    ask("browsingContext.setViewport", parameters);
  }

  @Override
  public byte[] picture() {
    return Base64.getDecoder()
        .decode(ask("browsingContext.captureScreenshot", inContext()).path("data").textValue());
  }

  @Override
  public void close() {
    socket.abort();
    end();
  }

  private void end() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
