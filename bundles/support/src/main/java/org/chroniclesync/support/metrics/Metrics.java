// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Numbers in a text form that Prometheus reads. A family whose name ends with {@code _bytes} or
 * {@code _seconds} has that unit; one without samples is left out. For one thread at a time.
 */
public final class Metrics {
  private static final Set<String> UNITS = Set.of("bytes", "seconds");
  private static final String TOTAL = "_total";

  private final String prefix;
  private final List<Family> families = new ArrayList<>();

  /** How the numbers are written. */
  public enum Form {
    /** OpenMetrics 1.0. */
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8"),
    /** The older form of Prometheus. */
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8");

    private final String contentType;

    Form(String contentType) {
      this.contentType = contentType;
    }

    /**
     * Chooses by what a client reads.
     *
     * @param accept the header Accept, or null if there was none
     */
    public static Form accepted(@Nullable String accept) {
      return accept != null && accept.contains("application/openmetrics-text")
          ? OPEN_METRICS
          : PROMETHEUS;
    }

    /** Returns the value of the header Content-Type. */
    public String contentType() {
      return contentType;
    }
  }

  /** Numbers of one name. */
  public static final class Family {
    private final String name;
    private final String help;
    private final boolean counter;
    private final Map<Map<String, String>, Long> samples = new LinkedHashMap<>();

    private Family(String name, String help, boolean counter) {
      this.name = name;
      this.help = help;
      this.counter = counter;
    }

    /** Adds a number without labels. */
    public Family add(long number) {
      return add(Map.of(), number);
    }

    /** Adds a number with one label. */
    public Family add(String label, String value, long number) {
      return add(Map.of(label, value), number);
    }

    /**
     * Adds a number. The same labels twice add up, since they may stand there once.
     *
     * @param labels values by names; the names are constants of ours, the values may be anything
     */
    public Family add(Map<String, String> labels, long number) {
      samples.merge(new TreeMap<>(labels), number, Long::sum);
      return this;
    }

    /** Adds a number for each value of one label. */
    public Family addAll(String label, Map<String, Long> numbers) {
      numbers.forEach((value, number) -> add(label, value, number));
      return this;
    }

    private void write(StringBuilder text, Form form) {
      if (samples.isEmpty()) {
        return;
      }
      boolean open = form == Form.OPEN_METRICS;
      // The older form knows no families: there a counter is called by its sample.
      String called = counter && !open ? name + TOTAL : name;
      String unit = name.substring(name.lastIndexOf('_') + 1);
      if (!open) {
        line(text, "HELP", called, escaped(help, false));
      }
      line(text, "TYPE", called, counter ? "counter" : "gauge");
      if (open && UNITS.contains(unit)) {
        line(text, "UNIT", called, unit);
      }
      if (open) {
        line(text, "HELP", called, escaped(help, true));
      }
      samples.forEach(
          (labels, number) -> {
            text.append(name).append(counter ? TOTAL : "");
            write(text, labels);
            text.append(' ').append((long) number).append('\n');
          });
    }

    private static void line(StringBuilder text, String kind, String name, String rest) {
      text.append("# ").append(kind).append(' ').append(name).append(' ').append(rest);
      text.append('\n');
    }

    private static void write(StringBuilder text, Map<String, String> labels) {
      char before = '{';
      for (Map.Entry<String, String> label : labels.entrySet()) {
        text.append(before).append(label.getKey());
        text.append("=\"").append(escaped(label.getValue(), true)).append('"');
        before = ',';
      }
      text.append(labels.isEmpty() ? "" : "}");
    }

    private static String escaped(String value, boolean quotes) {
      String safe = value.replace("\\", "\\\\").replace("\n", "\\n");
      return quotes ? safe.replace("\"", "\\\"") : safe;
    }
  }

  /**
   * Makes one without numbers.
   *
   * @param prefix what all names begin with
   */
  public Metrics(String prefix) {
    this.prefix = prefix;
  }

  /** Begins a family of numbers that go up and down. */
  public Family gauge(String name, String help) {
    return family(name, help, false);
  }

  /** Begins a family of numbers that only go up, until the program starts anew. */
  public Family counter(String name, String help) {
    return family(name, help, true);
  }

  private Family family(String name, String help, boolean counter) {
    Family family = new Family(prefix + name, help, counter);
    families.add(family);
    return family;
  }

  /** Writes all families in the order in which they were begun. */
  public String in(Form form) {
    StringBuilder text = new StringBuilder();
    families.forEach(family -> family.write(text, form));
    return text + (form == Form.OPEN_METRICS ? "# EOF\n" : "");
  }
}
