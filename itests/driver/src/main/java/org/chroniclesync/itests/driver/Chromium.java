// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium, through its driver. */
public final class Chromium implements Browser {
  private static final Path PROGRAM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ChromeDriver driver;
  private final ArrayDeque<String> console = new ArrayDeque<>();

  /**
   * Starts one.
   *
   * @param profile its folder, of an earlier one or to be made
   * @param more arguments of its command line
   */
  public Chromium(Path profile, String... more) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(PROGRAM.toString());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=en-GB",
        "--user-data-dir=" + profile);
    options.addArguments(more);
    LoggingPreferences logged = new LoggingPreferences();
    logged.enable(LogType.BROWSER, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logged);
    options.setExperimentalOption("prefs", Map.of("intl.accept_languages", "en-GB"));
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(),
            options);
    driver.manage().timeouts().scriptTimeout(PATIENCE);
  }

  /**
   * Tells whether it is installed.
   *
   * @return false if it or its driver is not
   */
  public static boolean isHere() {
    return Files.isExecutable(PROGRAM) && Files.isExecutable(DRIVER);
  }

  @Override
  public void open(String address) {
    driver.get(address);
  }

  @Override
  public JsonNode run(String body, Object... given) {
    Object text =
        driver.executeAsyncScript(
            "const done = arguments[arguments.length - 1];"
                + "const given = Array.from(arguments).slice(0, -1);"
                + "(async () => {"
                + body
                + "\n})().then(value => done(JSON.stringify(value ?? null)),"
                + " error => done('failed: ' + error + ' ' + error.stack));",
            given);
    return read(String.valueOf(text));
  }

  static JsonNode read(String text) {
    if (text.startsWith("failed: ")) {
      throw new AssertionError(text);
    }
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  @Override
  public void press(CharSequence keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  @Override
  public void size(int width, int height) {
    command(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /**
   * Gives it a command of its DevTools protocol.
   *
   * @param name of the command
   * @param parameters of the command
   * @return what it answers
   */
  public JsonNode command(String name, Map<String, Object> parameters) {
    return JSON.valueToTree(driver.executeCdpCommand(name, parameters));
  }

  @Override
  public byte[] picture() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  /** The driver gives each line once. */
  @Override
  public List<String> console() {
    for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
      console.add(entry.getLevel() + " " + entry.getMessage());
      if (console.size() > MAX_CONSOLE_LINES) {
        console.removeFirst();
      }
    }
    return List.copyOf(console);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
