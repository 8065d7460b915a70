// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.chroniclesync.api.page.Sharing;
import org.chroniclesync.support.files.PrivateFiles;
import org.jspecify.annotations.Nullable;

/**
 * What the owner has set: whether the page is shared, where, and by which password.
 *
 * @param password null before one is set
 */
record ShareSettings(boolean on, int port, @Nullable Password password) {
  private static final int MAX_BYTES = 4_096;

  static final ShareSettings FIRST = new ShareSettings(false, Sharing.DEFAULT_PORT, null);

  /**
   * Reads what was kept.
   *
   * @throws IOException if it cannot be read, or others could have
   */
  static ShareSettings read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return FIRST;
    }
    if (PrivateFiles.isOpenToOthers(file)) {
      throw new IOException(
          "Others can read %s, and with it the password could be found out".formatted(file));
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException("%s is too long".formatted(file));
    }
    Properties kept = new Properties();
    try {
      kept.load(new StringReader(Files.readString(file)));
      Password password = Password.parse(kept.getProperty("password", ""));
      return new ShareSettings(
          password != null && kept.getProperty("on", "").equals("true"),
          Share.checked(Integer.parseInt(kept.getProperty("port", ""))),
          password);
    } catch (IllegalArgumentException e) {
      throw new IOException("%s is damaged".formatted(file), e);
    }
  }

  /** Keeps it, durably. */
  void write(Path file) throws IOException {
    String lines =
        "# What share has set.\non=%s\nport=%d\n%s"
            .formatted(on, port, password == null ? "" : "password=" + password.written() + "\n");
    PrivateFiles.write(file, ByteBuffer.wrap(lines.getBytes(UTF_8)));
  }

  ShareSettings turned(boolean now, int at) {
    return new ShareSettings(now, at, password);
  }

  ShareSettings with(Password other) {
    return new ShareSettings(on, port, other);
  }

  /** Says nothing of the password. */
  @Override
  public String toString() {
    return "ShareSettings[on=%s, port=%d]".formatted(on, port);
  }
}
