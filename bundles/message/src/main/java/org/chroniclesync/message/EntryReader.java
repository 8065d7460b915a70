// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.jspecify.annotations.Nullable;

/** Reads the entries of one message. What is unusable is left out and counted. */
final class EntryReader {
  private final List<Entry> entries = new ArrayList<>();

  /** The entries of a message come from few devices; each is kept once. */
  private final Map<Device, Device> devices = new HashMap<>();

  private int refused;

  List<Entry> entries() {
    return entries;
  }

  int refused() {
    return refused;
  }

  /** Reads the array that the parser stands on. Anything else counts as one unusable entry. */
  void readAll(JsonParser from) throws IOException {
    if (from.currentToken() != JsonToken.START_ARRAY) {
      from.skipChildren();
      refused++;
      return;
    }
    while (from.nextToken() != JsonToken.END_ARRAY) {
      Entry entry = read(from);
      if (entry == null) {
        refused++;
      } else {
        entries.add(entry);
      }
    }
  }

  private @Nullable Entry read(JsonParser from) throws IOException {
    if (from.currentToken() != JsonToken.START_OBJECT) {
      from.skipChildren();
      return null;
    }
    Draft draft = new Draft();
    draft.read(from);
    try {
      return draft.entry(devices);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static Device device(JsonParser from) throws IOException {
    Draft draft = new Draft();
    draft.read(from);
    return draft.device();
  }

  /** An entry, or a device, as far as it has been read. */
  private static final class Draft {
    private @Nullable String deviceId;
    private String platform = "";
    private String userAgent = "";
    private String browserName = "";
    private String browserVersion = "";
    private @Nullable String url;
    private @Nullable String visitId;
    private String title = "";
    private String referring = "";
    private String transition = "";
    private double visitTime = Double.NaN;
    private double lastModified = Double.NaN;
    private boolean deleted;
    private @Nullable PageSummary page;
    private @Nullable String pageUnknown;
    private @Nullable StringWriter unknown;
    private @Nullable JsonGenerator unknownOut;

    void read(JsonParser from) throws IOException {
      while (from.nextToken() != JsonToken.END_OBJECT) {
        String name = from.currentName();
        from.nextToken();
        member(name, from);
      }
    }

    private void member(String name, JsonParser from) throws IOException {
      switch (name) {
        case "url" -> url = Json.text(from);
        case "title" -> title = text(from, Bounds.MAX_TITLE_CHARS);
        case "visitTime" -> visitTime = Json.number(from);
        case "visitId" -> visitId = Json.text(from);
        case "referringVisitId" -> referring = text(from, Bounds.MAX_ID_CHARS);
        case "transition" -> transition = text(from, Bounds.MAX_FIELD_CHARS);
        case "lastModified" -> lastModified = Json.number(from);
        case "deleted" -> deleted = flag(from);
        case "syncStatus" -> from.skipChildren();
        case "pageContent" -> page = page(from);
        case "deviceId" -> deviceId = Json.text(from);
        case "platform" -> platform = text(from, Bounds.MAX_FIELD_CHARS);
        case "userAgent" -> userAgent = text(from, Bounds.MAX_USER_AGENT_CHARS);
        case "browserName" -> browserName = text(from, Bounds.MAX_FIELD_CHARS);
        case "browserVersion" -> browserVersion = text(from, Bounds.MAX_FIELD_CHARS);
        default -> {
          JsonGenerator to = unknownOut();
          to.writeFieldName(Json.wellFormed(name));
          Json.copy(from, to);
        }
      }
    }

    private @Nullable PageSummary page(JsonParser from) throws IOException {
      if (from.currentToken() != JsonToken.START_OBJECT) {
        from.skipChildren();
        return null;
      }
      String summary = "";
      double extractedAt = 0;
      StringWriter more = null;
      JsonGenerator to = null;
      while (from.nextToken() != JsonToken.END_OBJECT) {
        String name = from.currentName();
        from.nextToken();
        switch (name) {
          case "content" -> from.skipChildren();
          case "summary" -> summary = text(from, Bounds.MAX_SUMMARY_CHARS);
          case "extractedAt" -> extractedAt = Json.number(from);
          default -> {
            if (to == null) {
              more = new StringWriter();
              to = Json.FACTORY.createGenerator(more);
              to.writeStartObject();
            }
            to.writeFieldName(Json.wellFormed(name));
            Json.copy(from, to);
          }
        }
      }
      if (to != null) {
        to.writeEndObject();
        to.close();
      }
      pageUnknown = more == null ? null : more.toString();
      return new PageSummary(summary, Double.isFinite(extractedAt) ? Json.millis(extractedAt) : 0);
    }

    private JsonGenerator unknownOut() throws IOException {
      JsonGenerator to = unknownOut;
      if (to == null) {
        StringWriter text = new StringWriter();
        to = Json.FACTORY.createGenerator(text);
        to.writeStartObject();
        unknown = text;
        unknownOut = to;
      }
      return to;
    }

    private UnknownFields unknown() throws IOException {
      if (pageUnknown != null) {
        // Always last, wherever it stood: two devices must end with the same text.
        JsonGenerator last = unknownOut();
        last.writeFieldName("pageContent");
        last.writeRawValue(pageUnknown);
      }
      JsonGenerator to = unknownOut;
      StringWriter text = unknown;
      if (to == null || text == null) {
        return UnknownFields.NONE;
      }
      to.writeEndObject();
      to.close();
      String json = text.toString();
      // Too many unknown fields are not a reason to lose the visit.
      return json.length() > Bounds.MAX_UNKNOWN_CHARS
          ? UnknownFields.NONE
          : new UnknownFields(json);
    }

    Device device() {
      if (deviceId == null) {
        throw new IllegalArgumentException("no deviceId");
      }
      return new Device(new DeviceId(deviceId), platform, userAgent, browserName, browserVersion);
    }

    Entry entry(Map<Device, Device> devices) throws IOException {
      if (visitId == null || (url == null && !deleted)) {
        throw new IllegalArgumentException("no url or visitId");
      }
      Device device = device();
      Device known = devices.putIfAbsent(device, device);
      double visited = Double.isFinite(visitTime) ? Json.millis(visitTime) : 0;
      long modified =
          Double.isFinite(lastModified) ? Json.wholeMillis(lastModified) : (long) visited;
      if (deleted || url == null) {
        // What else it says is not read, and so cannot be wrong.
        return Entry.tombstone(new EntryId(device.id(), visitId), modified);
      }
      return new Entry(
          known == null ? device : known,
          visitId,
          url,
          title,
          visited,
          referring,
          transition,
          modified,
          deleted,
          page,
          unknown());
    }

    private static boolean flag(JsonParser from) throws IOException {
      from.skipChildren();
      return from.currentToken() == JsonToken.VALUE_TRUE;
    }

    private static String text(JsonParser from, int maxChars) throws IOException {
      String text = Json.text(from);
      return text == null ? "" : Json.cut(text, maxChars);
    }
  }
}
