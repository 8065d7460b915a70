// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.status;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.support.text.VisibleText;
import org.jspecify.annotations.Nullable;

/**
 * How devices are shown: by the name that a person gave, else by browser, profile and computer.
 * What a device says of itself comes from outside and is not escaped yet.
 */
public final class Labels {
  private static final int ID_CHARS = 8;

  private final Map<DeviceId, DeviceName> names;
  private final String computer;

  private Labels(Map<DeviceId, DeviceName> names, String computer) {
    this.names = names;
    this.computer = computer;
  }

  /**
   * Reads the names, if there are any now; without a storage they would be waited for.
   *
   * @throws InterruptedException if the thread was interrupted meanwhile
   */
  public static Labels of(@Nullable DeviceNames names, NodeStatus status)
      throws InterruptedException {
    if (names == null) {
      return new Labels(Map.of(), "");
    }
    try {
      return new Labels(status.store() == null ? Map.of() : names.all(), names.computer());
    } catch (StorageException e) {
      // The status says why; without their names devices are shown by what they say of themselves.
      return new Labels(Map.of(), names.computer());
    }
  }

  /** Returns the name of this computer, or nothing. */
  public String computer() {
    return computer;
  }

  /** Returns the name of a node's computer, or nothing. */
  public String computer(PeerId node) {
    DeviceName name = name(new DeviceId(node.value()));
    return name.name().isEmpty() ? name.computer() : name.name();
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
    return devices.stream()
        .collect(
            Collectors.toMap(
                one -> one.device().id(),
                one ->
                    times.getOrDefault(label(one), 0L) > 1
                        ? label(one) + " #" + shortened(one.device().id())
                        : label(one)));
  }

  private String label(DeviceSummary one) {
    return of(one.device());
  }

  /** The end of an id: the beginnings of those that one client made may be the same. */
  private static String shortened(DeviceId device) {
    String id = device.value();
    return id.substring(Math.max(0, id.length() - ID_CHARS));
  }

  /**
   * Finds the device that a person means: by its id or its label, else by words that only it has.
   *
   * @throws IllegalArgumentException if there is none, or there are several
   */
  public DeviceId find(List<DeviceSummary> devices, String text) {
    Map<DeviceId, String> labels = of(devices);
    String sought = text.strip().toLowerCase(Locale.ROOT);
    List<DeviceId> found = matching(devices, one -> isCalled(one, labels, sought));
    if (found.isEmpty() && !sought.isEmpty()) {
      found = matching(devices, one -> hasWords(one, labels, sought));
    }
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          (found.isEmpty() ? "No device is called " : "Several devices are called ")
              + VisibleText.of(text.substring(0, Math.min(text.length(), DeviceName.MAX_CHARS)))
              + ". Enter it as devices lists it.");
    }
    return found.get(0);
  }

  private static List<DeviceId> matching(List<DeviceSummary> devices, Predicate<Device> isMeant) {
    return devices.stream()
        .map(DeviceSummary::device)
        .filter(isMeant)
        .map(Device::id)
        .distinct()
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private static boolean isCalled(Device one, Map<DeviceId, String> labels, String sought) {
    return labels.getOrDefault(one.id(), "").toLowerCase(Locale.ROOT).equals(sought)
        || one.id().value().toLowerCase(Locale.ROOT).equals(sought);
  }

  private boolean hasWords(Device one, Map<DeviceId, String> labels, String sought) {
    DeviceName name = name(one.id());
    String all =
        String.join(
                " ",
                labels.getOrDefault(one.id(), ""),
                name.computer(),
                name.profile(),
                one.browserName(),
                one.browserVersion(),
                one.platform())
            .toLowerCase(Locale.ROOT);
    return Stream.of(sought.split("\\s+")).allMatch(all::contains);
  }

  /**
   * Finds the devices whose visits are of a node: those of its computer, or a client itself.
   *
   * @param node its name in rooms
   */
  public List<DeviceSummary> of(PeerId node, List<DeviceSummary> devices) {
    String itsComputer = name(new DeviceId(node.value())).computer();
    return devices.stream()
        .filter(
            one ->
                one.device().id().value().equals(node.value())
                    || (!itsComputer.isEmpty()
                        && name(one.device().id()).computer().equals(itsComputer)))
        .toList();
  }
}
