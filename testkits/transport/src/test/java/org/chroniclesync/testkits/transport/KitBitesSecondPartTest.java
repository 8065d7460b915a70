// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

/** Another third of the faults. */
class KitBitesSecondPartTest extends KitBites {
  @Override
  int part() {
    return 1;
  }
}
