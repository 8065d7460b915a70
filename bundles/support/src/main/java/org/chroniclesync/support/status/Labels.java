// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.status;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.HandCarried;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.PeerStatus;
import org.jspecify.annotations.Nullable;

/**
 * How devices are shown: by the name that a person gave, else by browser, profile and computer.
 * What a device says of itself comes from outside and is not escaped yet.
 */
public final class Labels {
  private static final int ID_CHARS = 8;
  private static final String NAMELESS = "A device";

  private final Map<DeviceId, DeviceName> names;
  private final String computer;
  private final @Nullable PeerId self;

  private Labels(Map<DeviceId, DeviceName> names, String computer, @Nullable PeerId self) {
    this.names = names;
    this.computer = computer;
    this.self = self;
  }

  /**
   * Reads the names, if there are any now; without a storage they would be waited for.
   *
   * @throws InterruptedException if the thread was interrupted meanwhile
   */
  public static Labels of(@Nullable DeviceNames names, NodeStatus status)
      throws InterruptedException {
    if (names == null) {
      return new Labels(Map.of(), "", status.self());
    }
    try {
      return new Labels(
          status.store() == null ? Map.of() : names.all(), names.computer(), status.self());
    } catch (StorageException e) {
      // The status says why; without their names devices are shown by what they say of themselves.
      return new Labels(Map.of(), names.computer(), status.self());
    }
  }

  /** Returns the name of this computer, or nothing. */
  public String computer() {
    return computer;
  }

  /** Returns the name of a node, or that of its computer, or nothing. */
  public String computer(PeerId node) {
    DeviceName name = name(new DeviceId(node.value()));
    if (!name.name().isEmpty()) {
      return name.name();
    }
    return name.computer().isEmpty() && node.equals(self) ? computer : name.computer();
  }

  private static final String OFFER = "An offer by hand";
  private static final String ANSWER = "An answer by hand";

  /** Tells whether a peer is an offer or an answer that was carried by hand, and not seen since. */
  public static boolean isCarried(PeerId peer) {
    return !carried(peer).isEmpty();
  }

  private static String carried(PeerId peer) {
    if (peer.value().startsWith(PeerId.NODE_PREFIX + HandCarried.OFFERED)) {
      return OFFER;
    }
    return peer.value().startsWith(PeerId.NODE_PREFIX + HandCarried.ANSWERED) ? ANSWER : "";
  }

  /** Returns how another device is shown, told apart from others of the same name. */
  public String of(PeerStatus peer) {
    String label = of(peer.peer());
    if (!label.isEmpty()) {
      return label;
    }
    Device device = peer.device();
    return device == null ? NAMELESS : of(device);
  }

  /** Returns how another device is shown, told apart from others of the same name. */
  public String of(KnownDevice device) {
    String label = of(device.peer());
    if (!label.isEmpty()) {
      return label;
    }
    return device.name().isEmpty() ? NAMELESS : device.name();
  }

  /** Returns the name of a node or its computer, told apart from others of the same, or nothing. */
  public String of(PeerId node) {
    if (isCarried(node)) {
      return carried(node);
    }
    String label = computer(node);
    return label.isEmpty() || !isShared(node, label)
        ? label
        : label + " #" + shortened(node.value());
  }

  private boolean isShared(PeerId node, String label) {
    return nodes()
        .filter(other -> !other.equals(node))
        .anyMatch(other -> computer(other).equalsIgnoreCase(label));
  }

  private Stream<PeerId> nodes() {
    Stream<PeerId> named =
        names.keySet().stream().map(id -> new PeerId(id.value())).filter(PeerId::isNode);
    return self == null ? named : Stream.concat(named, Stream.of(self)).distinct();
  }

  /** Returns what is known of the names of a device. */
  public DeviceName name(DeviceId device) {
    return names.getOrDefault(device, DeviceName.unknown(device));
  }

  /** Returns the question, asked by somebody who calls devices as they are shown. */
  public Search asked(Search search) {
    return search.naming(
        names.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, each -> all(each.getValue()))));
  }

  private static String all(DeviceName name) {
    return String.join(" ", name.name(), name.profile(), name.computer());
  }

  /** Returns how a device is shown. */
  public String of(Device device) {
    DeviceName name = name(device.id());
    if (!name.name().isEmpty()) {
      return name.name();
    }
    String browser = device.browserName().isEmpty() ? device.platform() : device.browserName();
    String what = browser.isEmpty() ? device.id().value() : browser;
    String profile = name.profile().isEmpty() ? "" : " (" + name.profile() + ")";
    return what + profile + (name.computer().isEmpty() ? "" : " on " + name.computer());
  }

  /** Returns labels of which no two are the same, by device. */
  public Map<DeviceId, String> of(List<DeviceSummary> devices) {
    Map<String, Long> times =
        devices.stream().collect(Collectors.groupingBy(this::label, Collectors.counting()));
    Map<String, Long> longer =
        devices.stream().collect(Collectors.groupingBy(this::longer, Collectors.counting()));
    return devices.stream()
        .collect(
            Collectors.toMap(
                one -> one.device().id(),
                one ->
                    times.getOrDefault(label(one), 0L) == 1
                        ? label(one)
                        : longer.getOrDefault(longer(one), 0L) == 1
                            ? longer(one)
                            : label(one) + " #" + shortened(one.device().id().value())));
  }

  /** With what else a device says of itself, which for one out of a file is the file's name. */
  private String longer(DeviceSummary one) {
    String label = label(one);
    String platform = one.device().platform();
    return platform.isEmpty() || label.contains(platform) ? label : label + ", " + platform;
  }

  private String label(DeviceSummary one) {
    return of(one.device());
  }

  /** The end of an id: the beginnings of those that one client made may be the same. */
  private static String shortened(String id) {
    return id.substring(Math.max(0, id.length() - ID_CHARS));
  }

  /**
   * Finds the devices whose visits are of a node: those of its computer, or a client itself.
   * Several computers of one name have none: nothing says which of them a browser is on.
   *
   * @param node its name in rooms
   */
  public List<DeviceSummary> of(PeerId node, List<DeviceSummary> devices) {
    String its = told(node);
    boolean alone = nodes().noneMatch(other -> !other.equals(node) && told(other).equals(its));
    return devices.stream()
        .filter(
            one ->
                one.device().id().value().equals(node.value())
                    || (alone && !its.isEmpty() && name(one.device().id()).computer().equals(its)))
        .toList();
  }

  /** What the node itself says that its computer is called, whatever a person calls it. */
  private String told(PeerId node) {
    String said = name(new DeviceId(node.value())).computer();
    return said.isEmpty() && node.equals(self) ? computer : said;
  }
}
