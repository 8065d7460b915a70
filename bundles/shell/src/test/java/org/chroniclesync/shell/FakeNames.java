// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.sync.DeviceNames;

/** Knows the device of {@link FakeNode}, and notes what is renamed. */
final class FakeNames implements DeviceNames {
  final List<String> given = new ArrayList<>();
  private final String here;
  private final String computer;
  private final String profile;

  FakeNames(String computer, String profile) {
    this(computer, computer, profile);
  }

  /** With another name for the computer that the others are on. */
  FakeNames(String here, String computer, String profile) {
    this.here = here;
    this.computer = computer;
    this.profile = profile;
  }

  @Override
  public String computer() {
    return here;
  }

  @Override
  public Map<DeviceId, DeviceName> all() {
    DeviceId device = FakeNode.DEVICE.id();
    String harmless = computer.replace("\u001b", "\u202e");
    DeviceId node = new DeviceId(PeerId.ofNode("laptop").value());
    return Map.of(
        device,
        new DeviceName(device, harmless, profile, 1, "", 0),
        node,
        new DeviceName(node, harmless, "", 1, "", 0));
  }

  @Override
  public void tell(DeviceId device, String told) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void rename(DeviceId device, String name) {
    given.add(device + "=" + name);
  }
}
