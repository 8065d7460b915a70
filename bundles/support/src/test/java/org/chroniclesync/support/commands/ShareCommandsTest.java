// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.page.Page;
import org.chroniclesync.api.page.Sharing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What share does and prints. */
class ShareCommandsTest {
  private static final Instant AT = Instant.parse("2026-11-30T12:00:00Z");

  private final FakeSharing sharing = new FakeSharing();

  private String share(String... words) {
    return share(0, "", words);
  }

  private String share(int port, String file, String... words) {
    Page page =
        new Page() {
          @Override
          public Link link() {
            throw new UnsupportedOperationException("nobody opens it");
          }

          @Override
          public Sharing sharing() {
            return sharing;
          }
        };
    return ShareCommands.share(page, new ShareCommands.Asked(List.of(words), port, file, false));
  }

  @Test
  void itSaysHowToBegin() {
    assertThat(share()).contains("for this computer only", "share password");
  }

  @Test
  void thePasswordComesByAFileThatNobodyElseCanRead(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("password");
    Files.writeString(file, "vier Wörter für mich\r\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> share(0, file.toString(), "password"))
        .hasMessageContaining("chmod 600");
    assertThat(sharing.password).isEmpty();

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(share(0, file.toString(), "password"))
        .contains("The password is set")
        .doesNotContain("Wörter");
    assertThat(sharing.password).isEqualTo("vier Wörter für mich");
    assertThatThrownBy(() -> share("password")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsSharedIsShownToBeCompared() {
    String shown = share(7750, "", "on");

    assertThat(sharing.port).isEqualTo(7750);
    assertThat(shown)
        .contains("https://192.168.1.20:7750/", "ABCD ABCD ABCD ABCD ABCD ABCD ABCD ABCD\n")
        .contains("0123456789ab  Firefox on Android, 192.168.1.7")
        .contains("\u001b[97;40m", "█", "▀");
    assertThat(share("off")).contains("for this computer only");
  }

  @Test
  void browsersAreEnded() {
    share("end", "0123456789ab");
    share("end", "all");
    assertThat(sharing.ended).containsExactly("0123456789ab", "all");
    assertThatThrownBy(() -> share("end", "\u001b[31mx"))
        .hasMessageContaining("has signed in")
        .hasMessageNotContaining("\u001b");
  }

  @Test
  void whatNobodyUnderstandsIsExplained() {
    for (String[] words :
        List.of(
            new String[] {"maybe"},
            new String[] {"on", "off"},
            new String[] {"end"},
            new String[] {"end", "a", "b"})) {
      assertThatThrownBy(() -> share(words))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("share");
    }
    assertThatThrownBy(() -> share(7750, "")).isInstanceOf(IllegalArgumentException.class);
  }

  /** Remembers what was asked. */
  private static final class FakeSharing implements Sharing {
    private final List<String> ended = new ArrayList<>();
    private boolean on;
    private int port;
    private String password = "";

    @Override
    public State state() {
      return new State(
          on,
          port,
          !password.isEmpty(),
          on
              ? List.of(
                  URI.create("https://192.168.1.20:" + port + "/"),
                  URI.create("https://laptop.local:" + port + "/"))
              : List.of(),
          "ABCD".repeat(16),
          AT,
          on ? List.of("101", "010", "111") : List.of(),
          null,
          on
              ? List.of(new Guest("0123456789ab", "Firefox on Android", "192.168.1.7", AT, AT))
              : List.of());
    }

    @Override
    public void turnOn(int at) {
      on = true;
      port = at;
    }

    @Override
    public void turnOff() {
      on = false;
    }

    @Override
    public void setPassword(char[] given) {
      password = new String(given);
    }

    @Override
    public boolean end(String guest) {
      boolean known = guest.equals("0123456789ab");
      if (known) {
        ended.add(guest);
      }
      return known;
    }

    @Override
    public void endAll() {
      ended.add("all");
    }
  }
}
