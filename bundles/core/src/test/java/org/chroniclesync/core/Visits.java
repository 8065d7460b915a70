// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;

/** Visits that nobody made. */
public final class Visits {
  public static final String URL = "https://example.org/";

  private Visits() {}

  /** A visit of which the rest is empty. */
  public static Entry visit(
      String device, String id, String url, String title, double time, long modified) {
    return new Entry(
        new Device(new DeviceId(device), "", "", "", ""),
        id,
        url,
        title,
        time,
        "",
        "",
        modified,
        false,
        null,
        UnknownFields.NONE);
  }

  /** As a browser makes them, the same each time. */
  public static List<Entry> visits(String device, int count) {
    List<Entry> visits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      visits.add(
          new Entry(
              new Device(new DeviceId("device-" + device), "Linux", "agent", "Browser", "1"),
              device + "-" + i,
              URL + device + "/" + i,
              "Page " + i,
              1_764_000_000_000.25 + i,
              "0",
              "link",
              1_764_000_000_000L + i,
              false,
              null,
              UnknownFields.NONE));
    }
    return List.copyOf(visits);
  }
}
