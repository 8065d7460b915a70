// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.status.Labels;

/** How a question can be completed while a person types it. */
final class SuggestGroup implements Routes.Group {
  private static final int MAX_SUGGESTIONS = 8;

  private static final Map<String, String> OPERATORS = operators();

  private static final List<String> DATES =
      List.of(
          "today",
          "yesterday",
          "\"this week\"",
          "\"last week\"",
          "\"this month\"",
          "\"last month\"",
          "monday",
          "tuesday",
          "wednesday",
          "thursday",
          "friday",
          "saturday",
          "sunday",
          "january",
          "february",
          "march",
          "april",
          "may",
          "june",
          "july",
          "august",
          "september",
          "october",
          "november",
          "december");

  private final Services services;
  private final InsightGroup insights;

  SuggestGroup(Services services, InsightGroup insights) {
    this.services = services;
    this.insights = insights;
  }

  private static Map<String, String> operators() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("site:", "a host and those below it");
    all.put("device:", "where it was visited");
    all.put("browser:", "by which browser");
    all.put("title:", "only in the title");
    all.put("url:", "only in the address");
    all.put("after:", "since the start of a date");
    all.put("before:", "before a date");
    return all;
  }

  @Override
  public void addTo(Routes routes) {
    routes.get(Routes.PREFIX + "/suggest", this::suggest);
  }

  /** The word at the caret. */
  private record Typed(String word, int start, int end) {
    static Typed of(String text, int caret) {
      int start = caret;
      while (start > 0 && !isGap(text, start - 1)) {
        start--;
      }
      if (start < caret && text.charAt(start) == '-') {
        start++;
      }
      return new Typed(text.substring(start, caret).toLowerCase(Locale.ROOT), start, caret);
    }

    /** A blank, unless it stands in quotes. */
    private static boolean isGap(String text, int at) {
      return Character.isWhitespace(text.charAt(at))
          && text.substring(0, at).chars().filter(c -> c == '"').count() % 2 == 0;
    }
  }

  private void suggest(Exchange exchange)
      throws IOException, StorageException, InterruptedException {
    String text = exchange.text("q", "");
    if (text.length() > Search.MAX_TEXT_CHARS) {
      throw Problem.wrong(Code.QUESTION_REFUSED, "The question is too long.", "Shorten it.");
    }
    int caret = exchange.number("at", text.length(), 0, text.length());
    Typed typed = Typed.of(text, caret);
    ObjectNode root = Json.object();
    Suggestions suggestions = new Suggestions(root.putArray("suggestions"), typed);
    add(suggestions, typed.word());
    exchange.json(root);
  }

  private void add(Suggestions to, String word) throws StorageException, InterruptedException {
    int colon = word.indexOf(':') + 1;
    String value = word.substring(colon).replace("\"", "");
    switch (word.substring(0, colon)) {
      case "site:" -> {
        for (String host : insights.hosts()) {
          to.offer("host", "site:" + host, "a host of yours", host, value);
        }
      }
      case "device:" -> devices(to, value);
      case "browser:" -> browsers(to, value);
      case "after:", "before:" -> {
        for (String date : DATES) {
          to.offer(
              "date", word.substring(0, colon) + date, "a date", date.replace("\"", ""), value);
        }
      }
      case "" -> {
        OPERATORS.forEach(
            (operator, about) -> to.offer("operator", operator, about, operator, word));
        if (word.length() >= 2) {
          for (String host : insights.hosts()) {
            to.offer("host", "site:" + host, "a host of yours", host, word);
          }
        }
      }
      default -> {
        return; // text, or an operator that takes any
      }
    }
  }

  private List<DeviceSummary> summaries() throws StorageException, InterruptedException {
    return services.devices().devices();
  }

  private void devices(Suggestions to, String value) throws StorageException, InterruptedException {
    Labels labels = new Shapes(services).labels();
    List<DeviceSummary> devices = summaries();
    labels
        .of(devices)
        .forEach(
            (id, label) -> {
              DeviceName name = labels.name(id);
              to.offer(
                  "device", "device:" + id.value(), label, label + " " + name.computer(), value);
            });
  }

  private void browsers(Suggestions to, String value)
      throws StorageException, InterruptedException {
    summaries().stream()
        .map(one -> one.device().browserName())
        .filter(browser -> !browser.isBlank())
        .distinct()
        .forEach(
            browser ->
                to.offer(
                    "browser",
                    "browser:" + (browser.contains(" ") ? '"' + browser + '"' : browser),
                    "a browser of yours",
                    browser,
                    value));
  }

  /** Those that begin as the word, in the order in which they are offered. */
  private static final class Suggestions {
    private final ArrayNode array;
    private final Typed typed;

    Suggestions(ArrayNode array, Typed typed) {
      this.array = array;
      this.typed = typed;
    }

    void offer(String kind, String text, String about, String name, String wanted) {
      String lower = name.toLowerCase(Locale.ROOT);
      boolean fits =
          lower.startsWith(wanted) || lower.contains("." + wanted) || lower.contains(" " + wanted);
      if (fits && array.size() < MAX_SUGGESTIONS && !text.equals(typed.word())) {
        array
            .addObject()
            .put("kind", kind)
            .put("text", text)
            .put("about", about)
            .put("start", typed.start())
            .put("end", typed.end());
      }
    }
  }
}
