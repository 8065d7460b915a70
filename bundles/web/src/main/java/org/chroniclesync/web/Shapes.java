// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.support.Address;
import org.chroniclesync.support.status.Labels;

/** Values of the history as JSON. Nothing is escaped but what JSON needs: the page shows text. */
final class Shapes {
  private final Labels labels;

  Shapes(Services services) throws InterruptedException {
    labels = Labels.of(services.namesOrNull(), services.node().status());
  }

  Labels labels() {
    return labels;
  }

  ObjectNode visit(Entry entry) {
    ObjectNode node = Json.object();
    node.put("id", VisitKey.of(entry).toString())
        .put("at", Moment.text(entry.visitTimeMillis()))
        .put("url", entry.url())
        .put("address", Address.readable(entry.url()))
        .put("host", host(entry.url()))
        .put("title", entry.title())
        .put("kind", entry.transition());
    node.set("device", device(entry.device()));
    return node;
  }

  ObjectNode device(Device device) {
    return Json.object()
        .put("id", device.id().value())
        .put("label", labels.of(device))
        .put("browser", device.browserName());
  }

  ArrayNode devices(List<DeviceSummary> devices) {
    ArrayNode array = Json.array();
    var shown = labels.of(devices);
    for (DeviceSummary one : devices) {
      Device device = one.device();
      DeviceId id = device.id();
      DeviceName name = labels.name(id);
      array
          .addObject()
          .put("id", id.value())
          .put("label", shown.get(id))
          .put("name", name.name())
          .put("computer", name.computer())
          .put("profile", name.profile())
          .put("browser", device.browserName())
          .put("browserVersion", device.browserVersion())
          .put("platform", device.platform())
          .put("visits", one.entries());
    }
    return array;
  }

  ObjectNode hit(Hit hit) {
    ObjectNode node = Json.object();
    node.put("url", hit.url())
        .put("address", Address.readable(hit.url()))
        .put("host", host(hit.url()))
        .put("title", hit.title())
        .put("visits", hit.visits())
        .put("last", Moment.text(hit.lastVisitMillis()));
    ArrayNode devices = node.putArray("devices");
    hit.devices().forEach(device -> devices.add(device(device)));
    ObjectNode snippet = node.putObject("snippet").put("text", hit.snippet());
    ArrayNode marks = snippet.putArray("marks");
    hit.matches()
        .forEach(match -> marks.addObject().put("start", match.start()).put("end", match.end()));
    return node;
  }

  /** The host of an address as a person reads it; empty if it has none. */
  static String host(String url) {
    String raw = rawHost(url);
    return Address.readable(raw.startsWith("www.") ? raw.substring(4) : raw);
  }

  private static String rawHost(String url) {
    try {
      String host = new URI(url).getHost();
      if (host != null) {
        return host.toLowerCase(Locale.ROOT);
      }
    } catch (URISyntaxException e) {
      // Browsers are less strict; below.
    }
    int slashes = url.indexOf("://");
    if (slashes < 0) {
      return "";
    }
    String rest = url.substring(slashes + 3).split("[/?#\\\\]", 2)[0];
    String host = rest.substring(rest.lastIndexOf('@') + 1).replaceFirst(":\\d{0,5}$", "");
    return host.toLowerCase(Locale.ROOT);
  }
}
