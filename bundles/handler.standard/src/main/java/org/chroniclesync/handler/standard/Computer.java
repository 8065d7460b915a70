// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.support.configuration.ConfigurationValues;

/** What this computer is called. */
final class Computer {
  private static final ConfigurationValues VALUES = ConfigurationValues.of(DeviceNamesHandler.PID);
  private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");
  private static final int MAX_HOST_CHARS = 4_096;

  private Computer() {}

  /** Returns the configured name, or that of the host if there is none. */
  static String of(DeviceNamesHandler.Config config) {
    String configured = config.computer();
    String name = configured == null ? "" : configured.strip();
    if (name.isEmpty()) {
      return shortened(host());
    }
    if (name.length() > DeviceName.MAX_CHARS || name.chars().anyMatch(Character::isISOControl)) {
      throw VALUES.refuse(
          "computer",
          configured,
          "at most " + DeviceName.MAX_CHARS + " characters without control characters");
    }
    return name;
  }

  /** The system is asked before the network, which may take long to answer. */
  private static String host() {
    String windows = System.getenv("COMPUTERNAME");
    if (windows != null && !windows.isBlank()) {
      return windows;
    }
    try {
      if (Files.isReadable(LINUX)) {
        return Files.readString(LINUX, StandardCharsets.UTF_8);
      }
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "";
    } catch (IOException e) {
      // A computer without a name is one among others.
      return "";
    }
  }

  /** Returns the name without its domain. */
  static String shortened(String host) {
    String first = host.strip().split("\\.", 2)[0];
    return DeviceNamesHandler.cut(
        first.length() > MAX_HOST_CHARS || first.equals("localhost") ? "" : first);
  }
}
