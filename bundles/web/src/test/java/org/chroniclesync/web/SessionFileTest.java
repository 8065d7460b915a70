// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionFileTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private final Path folder;

  SessionFileTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Sessions sessions(Instant now) {
    return new Sessions(
        Clock.fixed(now, ZoneOffset.UTC),
        Duration.ofMinutes(10),
        Duration.ofDays(30),
        new SessionFile(folder.resolve("sessions")));
  }

  /** What a browser that was let in shows. */
  private static Sessions.Held browser(Sessions sessions) {
    return Objects.requireNonNull(sessions.open(sessions.link().secret())).held();
  }

  @Test
  void aBrowserIsStillLetInAfterARestart() throws Exception {
    Sessions before = sessions(NOW);
    Sessions.Held held = browser(before);
    assertThat(sessions(NOW.plusSeconds(60)).isOpen(held)).isTrue();
    assertThat(Files.readString(folder.resolve("sessions")))
        .doesNotContain(held.cookie(), held.key());
    assertThat(sessions(NOW.plus(Duration.ofDays(31))).isOpen(held)).isFalse();
  }

  @Test
  void whoIsShutOutStaysOut() {
    Sessions before = sessions(NOW);
    Sessions.Held one = browser(before);
    Sessions.Held other = browser(before);
    before.close(one);
    assertThat(sessions(NOW).isOpen(one)).isFalse();
    assertThat(sessions(NOW).isOpen(other)).isTrue();
    before.closeAll();
    assertThat(sessions(NOW).isOpen(other)).isFalse();
  }

  @Test
  void aSpoiltFileLetsNobodyIn() throws Exception {
    Files.writeString(folder.resolve("sessions"), "x\n" + "0".repeat(64) + " soon\n\u0000");
    Sessions sessions = sessions(NOW);
    assertThat(sessions.isOpen(new Sessions.Held("0".repeat(43), "0".repeat(43)))).isFalse();
    assertThat(sessions.open(sessions.link().secret())).isNotNull();
  }
}
