// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.NodeStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LabelsTest {
  private static final NodeStatus RUNNING = status(new StoreState(new FeedId("f"), 0, 0, 0));

  private static NodeStatus status(@Nullable StoreState store) {
    return new NodeStatus(
        Instant.EPOCH, null, store, List.of(), List.of(), List.of(), List.of(), List.of());
  }

  private static Device device(String id, String platform, String browser) {
    return new Device(new DeviceId(id), platform, "", browser, "");
  }

  private static Labels labels(DeviceName... names) throws InterruptedException {
    return Labels.of(new Known(List.of(names), false), RUNNING);
  }

  private static DeviceName name(String id, String computer, String profile, String name) {
    return new DeviceName(new DeviceId(id), computer, profile, 1, name, 1);
  }

  @Test
  void aDeviceIsCalledByAllThatIsKnown() throws Exception {
    Labels labels =
        labels(
            name("a", "laptop", "Work", ""),
            name("b", "laptop", "", ""),
            name("c", "laptop", "Work", "Mine"));
    assertThat(labels.of(device("a", "Linux", "Chrome"))).isEqualTo("Chrome (Work) on laptop");
    assertThat(labels.of(device("b", "Linux", "Chrome"))).isEqualTo("Chrome on laptop");
    assertThat(labels.of(device("c", "Linux", "Chrome"))).isEqualTo("Mine");
    assertThat(labels.of(device("d", "Linux", "Chrome"))).isEqualTo("Chrome");
    assertThat(labels.of(device("d", "iPhone", ""))).isEqualTo("iPhone");
    assertThat(labels.of(device("d", "", ""))).isEqualTo("d");
  }

  @Test
  void twoThatWouldBeCalledTheSameAreToldApartAndFound() throws Exception {
    List<DeviceSummary> devices =
        List.of(
            new DeviceSummary(device("cs-0123456789", "Linux", "Chrome"), 1),
            new DeviceSummary(device("cs-9876543210", "Linux", "Chrome"), 2),
            new DeviceSummary(device("cs-1111111111", "Linux", "Firefox"), 3));
    Labels labels = labels();
    assertThat(labels.of(devices).values())
        .containsExactlyInAnyOrder("Chrome #23456789", "Chrome #76543210", "Firefox");

    assertThat(labels.find(devices, " chrome #76543210 ").value()).isEqualTo("cs-9876543210");
    assertThat(labels.find(devices, "cs-0123456789").value()).isEqualTo("cs-0123456789");
    assertThat(labels.find(devices, "firefox").value()).isEqualTo("cs-1111111111");
    assertThatThrownBy(() -> labels.find(devices, "Chrome"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Several devices are called Chrome. Enter it as devices lists it.");
    assertThat(labels.find(devices, "Linux fire").value()).isEqualTo("cs-1111111111");
    assertThatThrownBy(() -> labels.find(devices, "phone"))
        .hasMessage("No device is called phone. Enter it as devices lists it.");
    assertThatThrownBy(() -> labels.find(devices, " "))
        .hasMessageStartingWith("No device is called");
  }

  @Test
  void aDeviceIsFoundByWordsThatOnlyItHas() throws Exception {
    List<DeviceSummary> devices =
        List.of(
            new DeviceSummary(device("a", "Linux", "Chrome"), 1),
            new DeviceSummary(device("b", "Linux", "Chrome"), 2));
    Labels labels = labels(name("a", "laptop", "Work", ""), name("b", "tower", "", "Chrome"));
    assertThat(labels.find(devices, "laptop work").value()).isEqualTo("a");
    assertThat(labels.find(devices, "tower").value()).isEqualTo("b");
    // A name counts more than a word of another's.
    assertThat(labels.find(devices, "chrome").value()).isEqualTo("b");
  }

  @Test
  void theDevicesOfANodeAreThoseOfItsComputer() throws Exception {
    List<DeviceSummary> devices =
        List.of(
            new DeviceSummary(device("a", "Linux", "Chrome"), 1),
            new DeviceSummary(device("b", "Linux", "Firefox"), 2),
            new DeviceSummary(device("client", "iPhone", ""), 3));
    PeerId node = PeerId.ofNode("x");
    Labels labels =
        labels(
            name("a", "laptop", "Work", ""),
            name("b", "tower", "", ""),
            name(node.value(), "laptop", "", "My laptop"));
    assertThat(labels.of(node, devices)).containsExactly(devices.get(0));
    assertThat(labels.of(new PeerId("client"), devices)).containsExactly(devices.get(2));
    assertThat(labels.of(PeerId.ofNode("unknown"), devices)).isEmpty();
  }

  @Test
  void aSearchKnowsNamesComputersAndProfiles() throws Exception {
    Labels labels = labels(name("a", "laptop", "Work", "Mine"), name("b", "desk", "Home", ""));
    Search asked = labels.asked(new Search("device:mine", 10));
    assertThat(asked.text()).isEqualTo("device:mine");
    assertThat(asked.names().get(new DeviceId("a"))).contains("Mine", "Work", "laptop");
    assertThat(asked.names().get(new DeviceId("b"))).contains("Home", "desk");
    assertThat(asked.names()).hasSize(2);
  }

  @Test
  void whatCannotBeReadHoldsNobodyUp() throws Exception {
    Device device = device("a", "Linux", "Chrome");
    DeviceNames known = new Known(List.of(name("a", "laptop", "", "Mine")), false);
    assertThat(Labels.of(known, RUNNING).of(device)).isEqualTo("Mine");
    assertThat(Labels.of(known, status(null)).of(device)).isEqualTo("Chrome");
    assertThat(Labels.of(null, RUNNING).of(device)).isEqualTo("Chrome");
    assertThat(Labels.of(new Known(List.of(), true), RUNNING).of(device)).isEqualTo("Chrome");
  }

  private record Known(List<DeviceName> names, boolean broken) implements DeviceNames {
    @Override
    public String computer() {
      return "here";
    }

    @Override
    public Map<DeviceId, DeviceName> all() throws StorageException {
      if (broken) {
        throw new StorageException(StorageException.Kind.FAILED, "The disk is gone.", null);
      }
      return names.stream()
          .collect(java.util.stream.Collectors.toMap(DeviceName::device, name -> name));
    }

    @Override
    public void tell(DeviceId device, String profile) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void rename(DeviceId device, String name) {
      throw new UnsupportedOperationException();
    }
  }
}
