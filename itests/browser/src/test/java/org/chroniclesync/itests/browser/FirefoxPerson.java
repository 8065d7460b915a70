// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.browser;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.chroniclesync.itests.driver.Firefox;

/** Somebody with Firefox, whose own modules are asked for what its windows ask them for. */
final class FirefoxPerson implements Person {
  private static final Duration EXPIRY = Duration.ofMinutes(1);
  private static final String PLACES =
      "const { PlacesUtils } = ChromeUtils.importESModule('resource://gre/modules/PlacesUtils.sys.mjs');";

  private final Path folder;
  private final Firefox firefox;

  private FirefoxPerson(Path folder, Firefox firefox) {
    this.folder = folder;
    this.firefox = firefox;
  }

  /** Starts Firefox with pages that were visited so many days ago. */
  static FirefoxPerson with(Path folder, Web web, Map<String, Integer> old) throws IOException {
    Firefox firefox =
        new Firefox(
            folder,
            "user_pref(\"network.proxy.type\", 1);",
            "user_pref(\"network.proxy.http\", \"127.0.0.1\");",
            "user_pref(\"network.proxy.http_port\", " + web.port() + ");",
            // Whatever the browser itself wants from the world by https ends at a closed port.
            "user_pref(\"network.proxy.ssl\", \"127.0.0.1\");",
            "user_pref(\"network.proxy.ssl_port\", 9);",
            "user_pref(\"dom.security.https_first\", false);",
            "user_pref(\"browser.startup.page\", 0);",
            // What a recommended preference says when Firefox drives itself.
            "user_pref(\"places.history.enabled\", true);");
    FirefoxPerson person = new FirefoxPerson(folder, firefox);
    try {
      old.forEach(
          (page, days) ->
              person.ask(
                  "await PlacesUtils.history.insert({ url: given[0], title: 'Old', visits: [{ date: new Date(Date.now() - given[1] * 86400000) }] });",
                  page,
                  days));
      return person;
    } catch (RuntimeException | AssertionError e) {
      firefox.close(); // nobody has it yet who could
      throw e;
    }
  }

  @Override
  public void begin() {
    // It runs already, and drops nothing before it has been idle or was told to.
  }

  private JsonNode ask(String body, Object... given) {
    return firefox.runInside(PLACES + body, given);
  }

  @Override
  public Path profile() {
    return folder;
  }

  @Override
  public void visit(String address) {
    firefox.open(address);
    // The visit is written behind the page.
    Awaitility.await(address)
        .atMost(Duration.ofMinutes(3))
        .until(() -> history().contains(address));
  }

  @Override
  public void deletePage(String address) {
    ask("await PlacesUtils.history.remove(given[0]);", address);
  }

  @Override
  public void forgetSite(String host) {
    ask(
        """
        const { ForgetAboutSite } = ChromeUtils.importESModule('resource://gre/modules/ForgetAboutSite.sys.mjs');
        await ForgetAboutSite.removeDataFromBaseDomain(given[0]);
        """,
        host);
  }

  @Override
  public void clearTheLastHour() {
    ask(
        """
        const { Sanitizer } = ChromeUtils.importESModule('resource:///modules/Sanitizer.sys.mjs');
        await Sanitizer.sanitize(['history'], { range: Sanitizer.getClearRange(Sanitizer.TIMESPAN_HOUR), ignoreTimespan: false });
        """);
  }

  @Override
  public void expire(String address) {
    ask(
        """
        Services.prefs.setIntPref('places.history.expiration.max_pages', 1);
        Cc['@mozilla.org/places/expiration;1'].getService(Ci.nsIObserver).observe(null, 'places-debug-start-expiration', 1);
        """);
    Awaitility.await("Firefox drops what is too old")
        .atMost(EXPIRY)
        .until(() -> !history().contains(address));
  }

  @Override
  public List<String> history() {
    List<String> all = new ArrayList<>();
    ask("""
            const database = await PlacesUtils.promiseDBConnection();
            const rows = await database.execute('SELECT DISTINCT p.url FROM moz_historyvisits v JOIN moz_places p ON p.id = v.place_id');
            return rows.map(row => row.getResultByIndex(0));
            """)
        .forEach(one -> all.add(one.asText()));
    return all;
  }

  @Override
  public void close() {
    firefox.close();
  }
}
