// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;
import org.chroniclesync.support.metrics.Metrics.Form;
import org.junit.jupiter.api.Test;

/** The forms are those that Prometheus' own library writes, which is nowhere but here. */
class MetricsTest {
  private static final Pattern WHOLE = Pattern.compile("(?m) (-?\\d+)\\.0$");
  private static final String HOSTILE = "a \"b\" \\ c\nd ä 漢 😀 {e=\"f\"} # EOF";
  private static final String HELP = "What \"this\" \\ is\nin two lines.";

  private static Metrics ours() {
    Metrics metrics = new Metrics("x_");
    metrics.gauge("free_bytes", HELP).add(-7);
    metrics.gauge("left_out", "It has no samples.");
    metrics
        .gauge("parts", "Parts.")
        .add(Map.of("state", "well", "kind", HOSTILE), 1)
        .add(Map.of("kind", HOSTILE, "state", "well"), 2)
        .add(Map.of("kind", "other", "state", "well"), 5);
    metrics.counter("sent_bytes", "Bytes.").addAll("peer", Map.of("a", 12L));
    metrics.counter("things", "Things.").add(0);
    return metrics;
  }

  private static MetricSnapshots theirs() {
    return MetricSnapshots.of(
        GaugeSnapshot.builder()
            .name("x_free_bytes")
            .help(HELP)
            .unit(Unit.BYTES)
            .dataPoint(GaugeDataPointSnapshot.builder().value(-7).build())
            .build(),
        GaugeSnapshot.builder()
            .name("x_parts")
            .help("Parts.")
            .dataPoint(part(HOSTILE, 3))
            .dataPoint(part("other", 5))
            .build(),
        CounterSnapshot.builder()
            .name("x_sent_bytes")
            .help("Bytes.")
            .unit(Unit.BYTES)
            .dataPoint(
                CounterDataPointSnapshot.builder().labels(Labels.of("peer", "a")).value(12).build())
            .build(),
        CounterSnapshot.builder()
            .name("x_things")
            .help("Things.")
            .dataPoint(CounterDataPointSnapshot.builder().value(0).build())
            .build());
  }

  private static GaugeDataPointSnapshot part(String kind, double value) {
    return GaugeDataPointSnapshot.builder()
        .labels(Labels.of("kind", kind, "state", "well"))
        .value(value)
        .build();
  }

  @Test
  void writesOpenMetrics() throws IOException {
    assertThat(ours().in(Form.OPEN_METRICS))
        .isEqualTo(written(OpenMetricsTextFormatWriter.create()));
  }

  @Test
  void writesTheOlderForm() throws IOException {
    assertThat(ours().in(Form.PROMETHEUS)).isEqualTo(written(PrometheusTextFormatWriter.create()));
  }

  /** Numbers of ours are whole. */
  private static String written(ExpositionFormatWriter writer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(out, theirs());
    return WHOLE.matcher(out.toString(java.nio.charset.StandardCharsets.UTF_8)).replaceAll(" $1");
  }

  @Test
  void theFormIsTheOneThatIsRead() {
    assertThat(Form.accepted(null)).isEqualTo(Form.PROMETHEUS);
    assertThat(Form.accepted("text/html,*/*")).isEqualTo(Form.PROMETHEUS);
    assertThat(Form.accepted("application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.2"))
        .isEqualTo(Form.OPEN_METRICS);
  }

  @Test
  void aLargeNumberIsWholeToTheLastDigit() {
    Metrics metrics = new Metrics("x_");
    metrics.gauge("n", "N.").add(Long.MAX_VALUE);
    assertThat(metrics.in(Form.OPEN_METRICS)).contains("\nx_n 9223372036854775807\n");
  }
}
