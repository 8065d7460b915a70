// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.support.browsers.Family;
import org.chroniclesync.support.text.Digests;

/**
 * A profile of a browser on this machine.
 *
 * @param browser the browser's name
 * @param directory the profile directory, in which its database lies
 */
record Profile(Family family, String browser, Path directory) {
  private static final int ID_HEX_CHARS = 32;
  private static final int MAX_VERSION_FILE_BYTES = 64 * 1024;
  private static final String VERSION_UNKNOWN = "";
  private static final Pattern FIREFOX_VERSION = Pattern.compile("(?m)^LastVersion=([^_\\s]+)");
  private static final Pattern CHROMIUM_VERSION = Pattern.compile("^\\s*([0-9][0-9.]*)");

  Path database() {
    return directory.resolve(family.file);
  }

  /** Returns the same id for the same profile on the same node, always. */
  DeviceId deviceId(PeerId self) {
    String name = "chroniclesync device\n" + self.value() + "\n" + family.name() + "\n" + directory;
    return new DeviceId("cs-" + Digests.sha256Hex(name).substring(0, ID_HEX_CHARS));
  }

  Device device(DeviceId id) {
    String platform = System.getProperty("os.name", "") + " " + architecture();
    return new Device(id, cut(platform.strip(), Bounds.MAX_FIELD_CHARS), "", browser, version());
  }

  private static String architecture() {
    String arch = System.getProperty("os.arch", "");
    return arch.toLowerCase(Locale.ROOT).equals("amd64") ? "x86_64" : arch;
  }

  private String version() {
    if (family == Family.FIREFOX) {
      return version(directory.resolve("compatibility.ini"), FIREFOX_VERSION);
    }
    Path parent = directory.getParent();
    return parent == null
        ? VERSION_UNKNOWN
        : version(parent.resolve("Last Version"), CHROMIUM_VERSION);
  }

  /** A version is good to have, but no visit is worth less without it. */
  private static String version(Path file, Pattern pattern) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_VERSION_FILE_BYTES) {
        return VERSION_UNKNOWN;
      }
      String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      Matcher matcher = pattern.matcher(text);
      return matcher.find() ? cut(matcher.group(1), Bounds.MAX_FIELD_CHARS) : VERSION_UNKNOWN;
    } catch (IOException e) {
      return VERSION_UNKNOWN;
    }
  }

  /** Cuts without leaving half of a character. */
  static String cut(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(maxChars - 1)) ? maxChars - 1 : maxChars;
    return text.substring(0, end);
  }
}
