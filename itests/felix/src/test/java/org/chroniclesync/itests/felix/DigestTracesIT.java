// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What looks for digests finds them in each form, and nothing in what is not one. */
class DigestTracesIT {
  private final DigestTraces traces = new DigestTraces();

  @Test
  void aDigestIsFoundHoweverItIsWritten() throws Exception {
    for (int i = 0; i < 50; i++) {
      String text = "https://doomed-host.example/" + i;
      traces.add(text);
      byte[] digest = DigestTraces.digest("SHA-256", text.getBytes(StandardCharsets.UTF_16BE));
      for (Map.Entry<String, byte[]> form : DigestTraces.written(digest).entrySet()) {
        assertThat(traces.in(among(form.getValue()))).as(form.getKey()).contains(text);
      }
    }
  }

  @Test
  void whatIsNoDigestIsNotFound() {
    traces.add("https://doomed-host.example/");
    assertThat(traces.in(random(1_000_000))).isNull();
    assertThat(traces.in("https://doomed-host.example/".getBytes(StandardCharsets.UTF_8))).isNull();
  }

  private static byte[] among(byte[] form) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(random(1_003));
    all.write(form);
    all.write(random(97));
    return all.toByteArray();
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    new Random(7).nextBytes(bytes);
    return bytes;
  }
}
