// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.browsers.Family;
import org.jspecify.annotations.Nullable;

/**
 * The shapes in which programs write down a visit, recognised by what they have beside the address.
 * For one file, and one thread.
 */
final class Shapes {
  /** The members that are looked at; all others are passed over unread. */
  static final Set<String> KNOWN =
      Set.of(
          "url",
          "title",
          "visitTime",
          "visitId",
          "referringVisitId",
          "transition",
          "deviceId",
          "platform",
          "userAgent",
          "browserName",
          "browserVersion",
          "lastModified",
          "deleted",
          "summary",
          "extractedAt",
          EntryJson.UNKNOWN,
          "pageContent",
          "time_usec",
          "page_transition",
          "page_transition_qualifier",
          "client_id",
          "favicon_url",
          "visits",
          "hidden",
          "destination_url",
          "latest_visit_was_load_failure",
          "dt",
          "visit_date",
          "metadata",
          "added",
          "type",
          "processed",
          "lastVisitTime",
          "visit_time",
          "browser_type",
          "browser",
          "transition_type",
          "titleUrl",
          "time",
          "header",
          "products",
          "timestamp",
          "visited_at",
          "last_visit_time",
          "visitedAt",
          "date");

  private static final Kind OWN = new Kind("ChronicleSync's export", "", Kind.EXACT);
  private static final Kind TAKEOUT = new Kind("Google Takeout", "Chrome", Kind.EXACT);
  private static final Kind ACTIVITY = new Kind("Google Takeout, activity", "Chrome", Kind.MILLIS);
  private static final Kind SAFARI = new Kind("Safari's export", "Safari", Kind.EXACT);
  private static final Kind BROWSEREXPORT = new Kind("browserexport", "browserexport", Kind.EXACT);
  private static final Kind HISTER = new Kind("Hister's export", "Hister", Kind.SECONDS);
  private static final Kind VISIT_ITEMS = new Kind("history of an extension", "", Kind.MILLIS);
  private static final Kind OTHER = new Kind("list of visits", "", Kind.SECONDS);

  private static final Set<String> HIDDEN =
      Set.of("auto_subframe", "manual_subframe", "keyword_generated");

  private static final List<String> TIMES =
      List.of(
          "visit_time", "visited_at", "visitedAt", "timestamp", "time", "last_visit_time", "date");

  private final Intakes to;
  private final long now = System.currentTimeMillis();
  private final Map<Clock.Unit, Clock> clocks = new EnumMap<>(Clock.Unit.class);
  private final Map<String, Clock> unsaid = new HashMap<>();
  private final Map<Device, Device> devices = new HashMap<>();

  Shapes(Intakes to) {
    this.to = to;
  }

  /**
   * Takes an object, if it tells of visits.
   *
   * @param row the object
   * @param container the name of the list that it is in, or empty
   */
  void take(Row row, String container)
      throws UnreadableException, StorageException, InterruptedException {
    if (row.hasAll("deviceId", "visitId", "visitTime")) {
      entry(row);
    } else if (container.equals(JsonFile.TYPED) && row.has("visits")) {
      typed(row);
    } else if (row.has("time_usec")) {
      usec(row, container);
    } else if (row.has("titleUrl")) {
      activity(row);
    } else if (row.has("url")) {
      page(row);
    }
  }

  private void page(Row row) throws UnreadableException, StorageException, InterruptedException {
    if (row.has("dt")) {
      visit(BROWSEREXPORT, row, row.micros("dt", clock(Clock.Unit.SECONDS)));
    } else if (row.hasAll("visit_date", "metadata")) {
      visit(BROWSEREXPORT, row, row.micros("visit_date", clock(Clock.Unit.SECONDS)));
    } else if (row.hasAll("added", "type", "processed")) {
      visit(HISTER, row, row.micros("added", clock(Clock.Unit.SECONDS)));
    } else if (row.has("visitTime")) {
      visit(VISIT_ITEMS, row, row.micros("visitTime", clock(Clock.Unit.MILLIS)));
    } else if (row.has("lastVisitTime")) {
      items(row);
    } else {
      other(row);
    }
  }

  private void items(Row row) throws UnreadableException, StorageException, InterruptedException {
    Clock clock = clock(Clock.Unit.MILLIS);
    List<Double> times = row.numbers("visits");
    if (times.isEmpty()) {
      visit(VISIT_ITEMS, row, row.micros("lastVisitTime", clock));
    }
    for (double time : times) {
      visit(VISIT_ITEMS, row, clock.micros(time));
    }
  }

  private void other(Row row) throws UnreadableException, StorageException, InterruptedException {
    for (String name : TIMES) {
      if (row.has(name)) {
        String browser = row.text("browser_type").isEmpty() ? "browser" : "browser_type";
        visit(
            new Kind(OTHER.format(), browser(row.text(browser)), OTHER.grainMillis()),
            row,
            row.micros(name, unsaid.computeIfAbsent(name, key -> Clock.ofAny(now))));
        return;
      }
    }
  }

  static String browser(String given) {
    String text = Texts.cut(given.strip(), Bounds.MAX_FIELD_CHARS);
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private void typed(Row row) throws UnreadableException, StorageException, InterruptedException {
    Clock clock = clock(Clock.Unit.MICROS_SINCE_1601);
    for (double time : row.numbers("visits")) {
      if (row.isTrue("hidden")) {
        to.of(TAKEOUT).skip(SkipReason.HIDDEN);
      } else {
        to.of(TAKEOUT)
            .take(FileVisit.of(row.text("url"), row.text("title"), clock.micros(time), "typed"));
      }
    }
  }

  private void usec(Row row, String container)
      throws UnreadableException, StorageException, InterruptedException {
    boolean safari = container.equals(JsonFile.HISTORY);
    Kind kind = safari ? SAFARI : TAKEOUT;
    // Of a chain of redirects, Safari's export has each step.
    if (safari && (row.has("destination_url") || row.isTrue("latest_visit_was_load_failure"))) {
      to.of(kind).skip(SkipReason.HIDDEN);
      return;
    }
    String word =
        row.text("page_transition").isEmpty() ? "page_transition_qualifier" : "page_transition";
    visit(
        kind,
        row,
        row.micros("time_usec", clock(Clock.Unit.MICROS)),
        row.text(word).toLowerCase(Locale.ROOT));
  }

  /** What Google's servers noted: of Chrome, visits only. */
  private void activity(Row row)
      throws UnreadableException, StorageException, InterruptedException {
    if (!row.text("header").equals("Chrome") && !row.text("products").equals("Chrome")) {
      return;
    }
    String url = row.text("titleUrl");
    String target = target(url);
    String title = row.text("title");
    int space = title.indexOf(' ');
    to.of(ACTIVITY)
        .take(
            FileVisit.of(
                target,
                title.startsWith("Visited ") ? title.substring(space + 1) : title,
                row.micros("time", clock(Clock.Unit.MICROS)),
                FileVisit.LINK));
  }

  /** Google notes its own redirect. */
  private static String target(String url) {
    String before = "https://www.google.com/url?q=";
    if (!url.startsWith(before)) {
      return url;
    }
    int end = url.indexOf('&', before.length());
    try {
      return URLDecoder.decode(
          url.substring(before.length(), end < 0 ? url.length() : end), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return url;
    }
  }

  private void visit(Kind kind, Row row, long micros)
      throws UnreadableException, StorageException, InterruptedException {
    String stored = row.text("transition").toLowerCase(Locale.ROOT);
    double type = row.number("transition_type");
    visit(
        kind,
        row,
        micros,
        stored.isEmpty() && type >= 0
            ? Family.ofBrowser(kind.browser()).transition((int) type)
            : stored);
  }

  private void visit(Kind kind, Row row, long micros, String transition)
      throws UnreadableException, StorageException, InterruptedException {
    Intake intake = to.of(kind);
    if (HIDDEN.contains(transition)) {
      intake.skip(SkipReason.HIDDEN);
      return;
    }
    intake.take(FileVisit.of(row.text("url"), row.text("title"), micros, word(transition)));
  }

  private static String word(String transition) {
    return switch (transition) {
      case "typed",
          "auto_bookmark",
          "generated",
          "auto_toplevel",
          "form_submit",
          "reload",
          "keyword" ->
          transition;
      case "start_page" -> "auto_toplevel";
      default -> FileVisit.LINK;
    };
  }

  private void entry(Row row) throws UnreadableException, StorageException, InterruptedException {
    Intake intake = to.of(OWN);
    Entry entry = entryOf(row);
    if (entry == null) {
      intake.skip(SkipReason.MALFORMED);
    } else {
      intake.take(entry);
    }
  }

  private @Nullable Entry entryOf(Row row) {
    try {
      Device device =
          new Device(
              new DeviceId(row.text("deviceId")),
              row.text("platform"),
              row.text("userAgent"),
              row.text("browserName"),
              row.text("browserVersion"));
      Device known = devices.size() < 1_000 ? devices.putIfAbsent(device, device) : device;
      double visited = row.number("visitTime");
      double modified = row.number("lastModified");
      return new Entry(
          known == null ? device : known,
          row.text("visitId"),
          row.text("url"),
          row.text("title"),
          visited,
          row.text("referringVisitId"),
          row.text("transition"),
          row.value("lastModified") instanceof Long exact
              ? exact
              : (long) (Double.isFinite(modified) ? modified : visited),
          row.isTrue("deleted"),
          row.has("summary") || row.has("extractedAt")
              ? new PageSummary(
                  row.text("summary"),
                  Double.isFinite(row.number("extractedAt")) ? row.number("extractedAt") : 0)
              : null,
          new UnknownFields(row.text(EntryJson.UNKNOWN)));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private Clock clock(Clock.Unit unit) {
    return clocks.computeIfAbsent(unit, key -> Clock.of(key, now));
  }
}
