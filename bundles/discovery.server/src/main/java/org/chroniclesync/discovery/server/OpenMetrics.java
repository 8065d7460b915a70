// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.util.Map;

/**
 * Numbers in the text form of OpenMetrics 1.0. Names, help and labels are constants of ours that
 * need no escaping.
 */
final class OpenMetrics {
  static final String CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private static final String PREFIX = "chroniclesync_discovery_";

  private final StringBuilder text = new StringBuilder();

  OpenMetrics gauge(String name, String help, long value) {
    head(name, "gauge", help);
    sample(name, "", value);
    return this;
  }

  OpenMetrics gauges(String name, String help, String label, Map<String, Long> values) {
    head(name, "gauge", help);
    values.forEach((key, value) -> sample(name, label(label, key), value));
    return this;
  }

  OpenMetrics counter(String name, String help, long value) {
    head(name, "counter", help);
    sample(name + "_total", "", value);
    return this;
  }

  OpenMetrics counters(String name, String help, String label, Map<String, Long> values) {
    head(name, "counter", help);
    values.forEach((key, value) -> sample(name + "_total", label(label, key), value));
    return this;
  }

  String end() {
    return text + "# EOF\n";
  }

  private void head(String name, String type, String help) {
    text.append("# TYPE ").append(PREFIX).append(name).append(' ').append(type).append('\n');
    String unit = name.substring(name.lastIndexOf('_') + 1);
    if (unit.equals("bytes") || unit.equals("seconds")) {
      text.append("# UNIT ").append(PREFIX).append(name).append(' ').append(unit).append('\n');
    }
    text.append("# HELP ").append(PREFIX).append(name).append(' ').append(help).append('\n');
  }

  private void sample(String name, String labels, long value) {
    text.append(PREFIX).append(name).append(labels).append(' ').append(value).append('\n');
  }

  private static String label(String name, String value) {
    return "{" + name + "=\"" + value + "\"}";
  }
}
