// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneRules;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.jspecify.annotations.Nullable;

/** The history in numbers: by day, by hour, by host. */
final class InsightGroup implements Routes.Group {
  private static final int HOURS = 24;
  private static final int DEFAULT_DAYS = 30;
  private static final int MAX_DAYS = 400;
  private static final int MAX_HOSTS = 50;
  private static final int LOOKED_FOR_SHOWN = 1_000;

  /** This year and the one before, by which it is compared. */
  private static final int PREPARED_MONTHS = 24;

  private final Services services;
  private final Tallies tallies;
  private final Lasting<Question, Numbers> numbers = new Lasting<>(System::nanoTime);
  private final Lasting<YearMonth, List<String>> hosts = new Lasting<>(System::nanoTime);

  InsightGroup(Services services, Tallies tallies) {
    this.services = services;
    this.tallies = tallies;
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .get(Routes.PREFIX + "/days", this::days)
        .get(Routes.PREFIX + "/insights", this::insights);
  }

  /** Days and hours of a stretch of time in a zone. */
  private static final class Counts {
    private final LocalDate from;
    private final LocalDate to;
    private final ZoneId zone;
    private final @Nullable String device;
    private final Map<LocalDate, int[]> days = new TreeMap<>(Collections.reverseOrder());
    private final Map<String, int[]> hours = new TreeMap<>();
    private final Map<String, Device> devices = new HashMap<>();
    private long visits;

    Counts(LocalDate from, LocalDate to, ZoneId zone, @Nullable String device) {
      this.from = from;
      this.to = to;
      this.zone = zone;
      this.device = device;
    }

    void add(Tally tally) {
      double begin = Tally.beginMillis(tally.month());
      tally
          .quarters()
          .forEach(
              (id, quarters) -> {
                if (device == null || device.equals(id)) {
                  add(id, quarters, (long) begin);
                  Device of = tally.devices().get(id);
                  if (of != null) {
                    devices.put(id, of);
                  }
                }
              });
    }

    private void add(String id, int[] quarters, long begin) {
      ZoneRules rules = zone.getRules();
      LocalDate day = from;
      for (int i = 0; i < quarters.length; i++) {
        if (quarters[i] > 0) {
          Instant at = Instant.ofEpochMilli(begin + i * Tally.QUARTER_MILLIS);
          long seconds = at.getEpochSecond() + rules.getOffset(at).getTotalSeconds();
          long ofDay = Math.floorDiv(seconds, Tally.DAY_SECONDS);
          if (ofDay != day.toEpochDay()) {
            day = LocalDate.ofEpochDay(ofDay);
          }
          int hour = (int) (Math.floorMod(seconds, Tally.DAY_SECONDS) / Tally.HOUR_SECONDS);
          add(id, day, hour, quarters[i]);
        }
      }
    }

    private void add(String id, LocalDate day, int hour, int more) {
      if (!day.isBefore(from) && !day.isAfter(to)) {
        visits += more;
        days.computeIfAbsent(day, any -> new int[HOURS])[hour] += more;
        hours.computeIfAbsent(id, any -> new int[HOURS])[hour] += more;
      }
    }
  }

  private Tallies.Counted read(LocalDate from, LocalDate to, ZoneId zone)
      throws StorageException, InterruptedException {
    Instant first = from.atStartOfDay(zone).toInstant();
    Instant last = to.plusDays(1).atStartOfDay(zone).toInstant().minusMillis(1);
    return tallies.months(services.readable(), Tally.monthOf(first), Tally.monthOf(last));
  }

  // --- Days -------------------------------------------------------------------------------------

  private void days(Exchange exchange) throws IOException, StorageException, InterruptedException {
    ZoneId zone = exchange.zone();
    LocalDate to = exchange.date("to", LocalDate.now(zone));
    LocalDate from = exchange.date("from", to.minusDays(DEFAULT_DAYS));
    if (from.isAfter(to) || ChronoUnit.DAYS.between(from, to) > MAX_DAYS) {
      throw Problem.wrong(
          Code.REQUEST,
          "These are no days that can be counted at once.",
          "Give from and to, at most %d days apart.".formatted(MAX_DAYS));
    }
    requireYear(from.getYear());
    requireYear(to.getYear());
    Counts counts = new Counts(from, to, zone, null);
    Tallies.Counted counted = read(from, to, zone);
    counted.months().forEach(counts::add);
    ObjectNode root = Json.object().put("zone", zone.getId()).put("current", counted.current());
    ArrayNode days = root.putArray("days");
    counts.days.forEach(
        (day, hours) -> {
          ArrayNode array =
              days.addObject()
                  .put("day", day.toString())
                  .put("visits", sum(hours))
                  .putArray("hours");
          for (int hour : hours) {
            array.add(hour);
          }
        });
    exchange.json(root);
  }

  private static void requireYear(int year) {
    if (year < 1970 || year > 9_999) {
      throw Problem.wrong(
          Code.NO_YEAR, "There is no history of that year.", "Give a year from 1970 on.");
    }
  }

  private static int sum(int[] hours) {
    int sum = 0;
    for (int hour : hours) {
      sum += hour;
    }
    return sum;
  }

  // --- Insights ---------------------------------------------------------------------------------

  private void insights(Exchange exchange)
      throws IOException, StorageException, InterruptedException {
    ZoneId zone = exchange.zone();
    int year = exchange.number("year", Year.now(zone).getValue(), 1970, 9_999);
    String device = exchange.text("device");
    Question question = new Question(year, zone, device);
    Lasting.Found<Numbers> found =
        numbers.answer(question, services.readable(), () -> count(question));
    Counts counts = found.answer().counts();
    Ends ends = found.answer().ends();
    Shapes shapes = new Shapes(services);
    ObjectNode root = Json.object().put("year", year).put("zone", zone.getId());
    years(root.putArray("years"), ends, zone);
    root.put("current", found.current());
    root.put("visits", counts.visits);
    ArrayNode days = root.putArray("days");
    counts.days.forEach(
        (day, hours) -> days.addObject().put("day", day.toString()).put("visits", sum(hours)));
    hours(root.putArray("hours"), counts, shapes);
    hosts(root.putArray("hosts"), found.answer().hosts());
    root.set("first", ends.first() == null ? null : shapes.visit(ends.first()));
    root.set("last", ends.last() == null ? null : shapes.visit(ends.last()));
    exchange.json(root);
  }

  /** What is asked of a year. */
  private record Question(int year, ZoneId zone, @Nullable String device) {}

  /**
   * A year in numbers, to which the names of devices are added as they are by then.
   *
   * @param hosts the most visited first
   */
  private record Numbers(Counts counts, List<HostVisits> hosts, Ends ends) {}

  private record HostVisits(String host, int visits, int before) {}

  private Lasting.Found<Numbers> count(Question asked)
      throws StorageException, InterruptedException {
    LocalDate first = LocalDate.of(asked.year(), 1, 1);
    LocalDate last = LocalDate.of(asked.year(), 12, 31);
    Counts counts = new Counts(first, last, asked.zone(), asked.device());
    Tallies.Counted now = read(first, last, asked.zone());
    Tallies.Counted before = before(asked.year());
    now.months().forEach(counts::add);
    List<HostVisits> hosts = hosts(now.months(), before.months(), asked.device());
    Ends ends = services.readable().borrow(InsightGroup::ends);
    return new Lasting.Found<>(new Numbers(counts, hosts, ends), now.current() && before.current());
  }

  /** Months of UTC: for hosts, some hours more or less at the turn of a year tell nothing else. */
  private Tallies.Counted before(int year) throws StorageException, InterruptedException {
    return year == 1970
        ? new Tallies.Counted(List.of(), true)
        : tallies.months(
            services.readable(), YearMonth.of(year - 1, 1), YearMonth.of(year - 1, 12));
  }

  private record Ends(@Nullable Entry first, @Nullable Entry last) {}

  private static Ends ends(HistoryStore store) throws StorageException {
    return new Ends(end(store, Window.Order.OLDEST_FIRST), end(store, Window.Order.NEWEST_FIRST));
  }

  private static @Nullable Entry end(HistoryStore store, Window.Order order)
      throws StorageException {
    try (Cursor<Entry> cursor = store.read(Window.all(order))) {
      Entry entry = cursor.next();
      for (int i = 0; entry != null && !Visibility.isShown(entry); i++) {
        entry = i < LOOKED_FOR_SHOWN ? cursor.next() : null;
      }
      return entry;
    }
  }

  private static void years(ArrayNode to, Ends ends, ZoneId zone) {
    Entry first = ends.first();
    Entry last = ends.last();
    if (first == null || last == null) {
      return;
    }
    int begin = Moment.of(first.visitTimeMillis()).atZone(zone).getYear();
    int end = Moment.of(last.visitTimeMillis()).atZone(zone).getYear();
    for (int year = Math.max(1970, begin); year <= Math.min(end, begin + 200); year++) {
      to.add(year);
    }
  }

  private static void hours(ArrayNode to, Counts counts, Shapes shapes) {
    counts.hours.forEach(
        (id, hours) -> {
          ObjectNode node = to.addObject().put("visits", sum(hours));
          Device device = counts.devices.get(id);
          node.set("device", device == null ? null : shapes.device(device));
          ArrayNode array = node.putArray("hours");
          for (int hour : hours) {
            array.add(hour);
          }
        });
  }

  private static void hosts(ArrayNode to, List<HostVisits> hosts) {
    hosts.forEach(
        one ->
            to.addObject()
                .put("host", one.host())
                .put("visits", one.visits())
                .put("before", one.before()));
  }

  private static List<HostVisits> hosts(
      List<Tally> now, List<Tally> before, @Nullable String device) {
    Map<String, Integer> earlier = byHost(before, device);
    return byHost(now, device).entrySet().stream()
        .filter(entry -> !entry.getKey().isEmpty())
        .sorted(
            Map.Entry.<String, Integer>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(MAX_HOSTS)
        .map(
            entry ->
                new HostVisits(
                    entry.getKey(), entry.getValue(), earlier.getOrDefault(entry.getKey(), 0)))
        .toList();
  }

  private static Map<String, Integer> byHost(List<Tally> months, @Nullable String device) {
    Map<String, Integer> hosts = new HashMap<>();
    for (Tally month : months) {
      month
          .hosts()
          .forEach(
              (of, visits) -> {
                if (device == null || device.equals(of.device())) {
                  hosts.merge(of.host(), visits, Integer::sum);
                }
              });
    }
    return hosts;
  }

  /** Counts what a person looks at first, so that it is there by then. */
  void prepare() throws StorageException, InterruptedException {
    services.devices();
    YearMonth now = Tally.monthOf(Instant.now());
    for (int back = 0; back < PREPARED_MONTHS; back++) {
      tallies.months(services.readable(), now.minusMonths(back), now.minusMonths(back));
    }
  }

  /** The hosts that were visited most in the last months, the most first. */
  List<String> hosts() throws StorageException, InterruptedException {
    YearMonth now = Tally.monthOf(Instant.now());
    return hosts.answer(now, services.readable(), () -> hosts(now)).answer();
  }

  private Lasting.Found<List<String>> hosts(YearMonth now)
      throws StorageException, InterruptedException {
    Tallies.Counted counted = tallies.months(services.readable(), now.minusMonths(2), now);
    List<String> most =
        byHost(counted.months(), null).entrySet().stream()
            .filter(entry -> !entry.getKey().isEmpty())
            .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
            .map(Map.Entry::getKey)
            .toList();
    return new Lasting.Found<>(most, counted.current());
  }
}
