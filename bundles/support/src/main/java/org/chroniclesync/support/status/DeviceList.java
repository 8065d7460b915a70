// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.status;

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
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.support.text.VisibleText;

/**
 * All that a person may call a device: the browsers that recorded visits, and the nodes and clients
 * of the account. Each is found by its label, its id or the beginning of that, else by words that
 * only it has, be they of its name, profile, computer or browser.
 */
public final class DeviceList {
  /** A shorter beginning of an id may be a word. */
  private static final int MIN_ID_CHARS = 8;

  private static final int MAX_NAMED = 5;

  private final Labels labels;
  private final List<DeviceSummary> browsers;
  private final List<One> recorded;
  private final List<One> nodes;

  private record One(DeviceId id, String label, String words) {
    boolean isCalled(String sought) {
      String lower = id.value().toLowerCase(Locale.ROOT);
      return label.toLowerCase(Locale.ROOT).equals(sought)
          || lower.equals(sought)
          || (sought.length() >= MIN_ID_CHARS && lower.startsWith(sought));
    }

    boolean hasWords(String sought) {
      return !sought.isEmpty()
          && Stream.of(sought.split("\\s+")).allMatch(words.toLowerCase(Locale.ROOT)::contains);
    }
  }

  /**
   * Makes the list.
   *
   * @param browsers the devices that recorded visits; none if there is no storage
   * @param nodes the devices that belong to the account
   */
  public DeviceList(Labels labels, List<DeviceSummary> browsers, List<KnownDevice> nodes) {
    this.labels = labels;
    this.browsers = List.copyOf(browsers);
    Map<DeviceId, String> shown = labels.of(browsers);
    this.recorded =
        browsers.stream()
            .map(DeviceSummary::device)
            .map(one -> browser(one, shown.getOrDefault(one.id(), "")))
            .toList();
    this.nodes = nodes.stream().map(this::node).toList();
  }

  private One browser(Device one, String label) {
    DeviceName name = labels.name(one.id());
    return new One(
        one.id(),
        label,
        String.join(
            " ",
            label,
            name.computer(),
            name.profile(),
            one.browserName(),
            one.browserVersion(),
            one.platform()));
  }

  private One node(KnownDevice one) {
    DeviceId id = new DeviceId(one.peer().value());
    String label = labels.of(one);
    return new One(id, label, String.join(" ", label, labels.name(id).computer(), one.name()));
  }

  /**
   * Finds the browser that a person means; a computer with one browser is that browser.
   *
   * @throws IllegalArgumentException if there is none, or there are several
   */
  public DeviceId browser(String text) {
    One found = find(text, recorded, nodes);
    if (recorded.contains(found)) {
      return found.id();
    }
    List<DeviceId> its =
        labels.of(new PeerId(found.id().value()), browsers).stream()
            .map(one -> one.device().id())
            .toList();
    if (its.size() == 1) {
      return its.get(0);
    }
    throw new IllegalArgumentException(
        VisibleText.of(found.label())
            + (its.isEmpty()
                ? " is a computer, and nothing says which visits are of it."
                : " is a computer with several browsers: " + named(of(its)) + ".")
            + " Name a browser as devices lists it.");
  }

  private List<One> of(List<DeviceId> ids) {
    return recorded.stream().filter(one -> ids.contains(one.id())).toList();
  }

  /**
   * Finds the node or client that a person means.
   *
   * @throws IllegalArgumentException if there is none, or there are several
   */
  public PeerId node(String text) {
    One found = find(text, nodes, recorded);
    if (nodes.contains(found)) {
      return new PeerId(found.id().value());
    }
    throw new IllegalArgumentException(
        VisibleText.of(found.label())
            + " is a browser. Name its computer as peers --known lists it; delete --device deletes"
            + " only what this browser recorded.");
  }

  /**
   * Finds the device of either kind that a person means.
   *
   * @throws IllegalArgumentException if there is none, or there are several
   */
  public DeviceId any(String text) {
    return find(text, recorded, nodes).id();
  }

  private static One find(String text, List<One> wanted, List<One> others) {
    String sought = text.strip().toLowerCase(Locale.ROOT);
    return Stream.<Predicate<One>>of(one -> one.isCalled(sought), one -> one.hasWords(sought))
        .flatMap(
            isMeant -> Stream.of(wanted, others).map(all -> all.stream().filter(isMeant).toList()))
        .filter(found -> !found.isEmpty())
        .findFirst()
        .map(found -> only(found, text))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "No device is called "
                        + shortened(text)
                        + ". Enter it as devices or peers --known lists it."));
  }

  private static One only(List<One> found, String text) {
    if (found.size() == 1) {
      return found.get(0);
    }
    throw new IllegalArgumentException(
        "Several devices are called "
            + shortened(text)
            + ": "
            + named(found)
            + ". Enter one of these, or its id.");
  }

  private static String named(List<One> some) {
    String names =
        some.stream()
            .limit(MAX_NAMED)
            .map(one -> VisibleText.of(one.label()))
            .collect(Collectors.joining("; "));
    return some.size() > MAX_NAMED ? names + "; and " + (some.size() - MAX_NAMED) + " more" : names;
  }

  private static String shortened(String text) {
    return VisibleText.of(text.substring(0, Math.min(text.length(), DeviceName.MAX_CHARS)));
  }
}
