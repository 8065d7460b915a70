// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers of one name. The same labels twice add up, since they may stand there once. */
final class Family {
  private static final String PREFIX = "chroniclesync_";

  private final String name;
  private final String help;
  private final Map<Labels, Long> samples = new LinkedHashMap<>();

  Family(String name, String help) {
    this.name = PREFIX + name;
    this.help = help;
  }

  Family add(Labels labels, long number) {
    samples.merge(labels, number, Long::sum);
    return this;
  }

  GaugeSnapshot gauge(@Nullable Unit unit) {
    GaugeSnapshot.Builder builder = GaugeSnapshot.builder().name(name).help(help).unit(unit);
    samples.forEach(
        (labels, number) ->
            builder.dataPoint(
                GaugeDataPointSnapshot.builder().labels(labels).value((double) number).build()));
    return builder.build();
  }

  CounterSnapshot counter(@Nullable Unit unit) {
    CounterSnapshot.Builder builder = CounterSnapshot.builder().name(name).help(help).unit(unit);
    samples.forEach(
        (labels, number) ->
            builder.dataPoint(
                CounterDataPointSnapshot.builder().labels(labels).value((double) number).build()));
    return builder.build();
  }
}
