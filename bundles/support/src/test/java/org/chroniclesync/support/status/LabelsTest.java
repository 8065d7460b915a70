// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.discovery.HandCarried;
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
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.NodeStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LabelsTest {
  private static final PeerId SELF = PeerId.ofNode("self-0123456789");
  private static final NodeStatus RUNNING = status(new StoreState(new FeedId("f"), 0, 0, 0));

  private static NodeStatus status(@Nullable StoreState store) {
    return new NodeStatus(
        Instant.EPOCH, SELF, store, List.of(), List.of(), List.of(), List.of(), List.of());
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
    DeviceList list = new DeviceList(labels, devices, List.of());

    assertThat(list.browser(" chrome #76543210 ").value()).isEqualTo("cs-9876543210");
    assertThat(list.browser("cs-0123456789").value()).isEqualTo("cs-0123456789");
    assertThat(list.browser("firefox").value()).isEqualTo("cs-1111111111");
    assertThatThrownBy(() -> list.browser("Chrome"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Several devices are called Chrome: Chrome #23456789; Chrome #76543210."
                + " Enter one of these, or its id.");
    assertThat(list.browser("Linux fire").value()).isEqualTo("cs-1111111111");
    assertThatThrownBy(() -> list.browser("phone"))
        .hasMessage("No device is called phone. Enter it as devices or peers --known lists it.");
    assertThatThrownBy(() -> list.browser(" ")).hasMessageStartingWith("No device is called");
  }

  @Test
  void twoFilesOfOneBrowserAreToldApartByTheirNames() throws Exception {
    List<DeviceSummary> devices =
        List.of(
            new DeviceSummary(device("csf-0123456789", "Takeout.zip: History.json", "Chrome"), 1),
            new DeviceSummary(device("csf-9876543210", "old.json", "Chrome"), 2));
    assertThat(labels().of(devices).values())
        .containsExactlyInAnyOrder("Chrome, Takeout.zip: History.json", "Chrome, old.json");
    DeviceList list = new DeviceList(labels(), devices, List.of());
    assertThat(list.browser("Chrome, old.json").value()).isEqualTo("csf-9876543210");
  }

  @Test
  void whatIsCarriedByHandIsNoDeviceYet() throws Exception {
    PeerId offer = PeerId.ofNode(HandCarried.OFFERED + "1");
    assertThat(labels().of(offer)).isEqualTo("An offer by hand");
    assertThat(labels().of(PeerId.ofNode(HandCarried.ANSWERED + "1")))
        .isEqualTo("An answer by hand");
    assertThat(Labels.isCarried(PeerId.ofNode("1"))).isFalse();
  }

  @Test
  void aDeviceIsFoundByWordsThatOnlyItHas() throws Exception {
    List<DeviceSummary> devices =
        List.of(
            new DeviceSummary(device("a", "Linux", "Chrome"), 1),
            new DeviceSummary(device("b", "Linux", "Chrome"), 2));
    Labels labels = labels(name("a", "laptop", "Work", ""), name("b", "tower", "", "Chrome"));
    DeviceList list = new DeviceList(labels, devices, List.of());
    assertThat(list.browser("laptop work").value()).isEqualTo("a");
    assertThat(list.browser("tower").value()).isEqualTo("b");
    // A name counts more than a word of another's.
    assertThat(list.browser("chrome").value()).isEqualTo("b");
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
  void twoComputersOfOneNameAreToldApart() throws Exception {
    PeerId one = PeerId.ofNode("one-11111111");
    PeerId two = PeerId.ofNode("two-22222222");
    PeerId alone = PeerId.ofNode("alone-333333");
    Labels labels =
        labels(
            name(one.value(), "vm", "", ""),
            name(two.value(), "VM", "", ""),
            name(alone.value(), "tower", "", ""),
            name("a", "tower", "", ""));
    assertThat(labels.of(one)).isEqualTo("vm #11111111");
    assertThat(labels.of(two)).isEqualTo("VM #22222222");
    assertThat(labels.of(alone)).as("its browser is no other computer").isEqualTo("tower");
    assertThat(labels.of(known(two, "agent"))).isEqualTo("VM #22222222");
    assertThat(labels.of(known(PeerId.ofNode("new"), "agent"))).isEqualTo("agent");
    assertThat(labels.of(SELF)).isEqualTo("here");

    Labels likeThis = labels(name(one.value(), "here", "", ""), name(two.value(), "x", "", "One"));
    assertThat(likeThis.of(one)).isEqualTo("here #11111111");
    assertThat(likeThis.of(SELF)).isEqualTo("here #23456789");
    assertThat(likeThis.of(two)).isEqualTo("One");
  }

  @Test
  void ofTwoComputersOfOneNameNothingSaysWhichABrowserIsOn() throws Exception {
    List<DeviceSummary> devices = List.of(new DeviceSummary(device("a", "Linux", "Chrome"), 1));
    PeerId one = PeerId.ofNode("one");
    PeerId two = PeerId.ofNode("two");
    DeviceName browser = name("a", "vm", "", "");
    DeviceName first = name(one.value(), "vm", "", "My first");
    assertThat(labels(browser, first).of(one, devices)).isEqualTo(devices);
    assertThat(labels(browser, first, name(two.value(), "vm", "", "")).of(one, devices)).isEmpty();
    DeviceName here = name("a", "here", "", "");
    assertThat(labels(here, name(one.value(), "here", "", "")).of(one, devices))
        .as("of this computer or the other")
        .isEmpty();
  }

  @Test
  void browsersAndComputersAreInOneList() throws Exception {
    List<DeviceSummary> browsers =
        List.of(
            new DeviceSummary(device("a", "Linux", "Chrome"), 1),
            new DeviceSummary(device("b", "Linux", "Firefox"), 2),
            new DeviceSummary(device("c", "Linux", "Firefox"), 3));
    PeerId laptop = PeerId.ofNode("laptop-4711");
    PeerId tower = PeerId.ofNode("tower-4711");
    PeerId server = PeerId.ofNode("server-4711");
    Labels labels =
        labels(
            name("a", "laptop", "Work", ""),
            name("b", "tower", "", ""),
            name("c", "tower", "Two", ""),
            name(laptop.value(), "laptop", "", "Mine"),
            name(tower.value(), "tower", "", ""),
            name(server.value(), "server", "", ""));
    DeviceList list =
        new DeviceList(
            labels, browsers, List.of(known(laptop, ""), known(tower, ""), known(server, "")));
    assertThat(list.node("mine")).isEqualTo(laptop);
    assertThat(list.node("Tower")).isEqualTo(tower);
    assertThat(list.node("node.laptop-4711")).isEqualTo(laptop);
    assertThat(list.node("node.tow")).isEqualTo(tower);
    assertThat(list.any("server").value()).isEqualTo(server.value());
    assertThat(list.any("chrome").value()).isEqualTo("a");
    assertThat(list.browser("mine").value()).as("the only browser of a computer").isEqualTo("a");
    assertThatThrownBy(() -> list.browser("tower"))
        .hasMessage(
            "tower is a computer with several browsers: Firefox on tower; Firefox (Two) on tower."
                + " Name a browser as devices lists it.");
    assertThatThrownBy(() -> list.browser("server")).hasMessageContaining("nothing says which");
    assertThatThrownBy(() -> list.node("chrome"))
        .hasMessageStartingWith("Chrome (Work) on laptop is a browser.");
    assertThatThrownBy(() -> list.node("nobody")).hasMessageContaining("peers --known");
  }

  private static KnownDevice known(PeerId peer, String said) {
    return new KnownDevice(peer, true, said, Instant.EPOCH, Instant.EPOCH);
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
