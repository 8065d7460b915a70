// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;

/** Visits of which a test says all that matters. */
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
}
