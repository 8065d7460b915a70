// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.network;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the system calls this computer. */
public final class HostName {
  private static final Path LINUX = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  /**
   * Asks the system before the network, which may take long to answer. For any thread.
   *
   * @return the name, perhaps with a domain or the end of a line; empty if there is none
   */
  public static String ofThisComputer() {
    String windows = System.getenv("COMPUTERNAME");
    if (windows != null && !windows.isBlank()) {
      return windows;
    }
    try {
      return Files.isReadable(LINUX)
          ? Files.readString(LINUX, StandardCharsets.UTF_8)
          : InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      // A computer without a name is one among others.
      return "";
    }
  }
}
