// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;

/** Writes entries in the order of members that existing clients use. */
final class EntryWriter {
  private EntryWriter() {}

  static void write(JsonGenerator to, Entry entry) throws IOException {
    to.writeStartObject();
    text(to, "url", entry.url());
    text(to, "title", entry.title());
    to.writeFieldName("visitTime");
    // The place of a tombstone says nothing to a client that sorts by it.
    Json.write(to, entry.deleted() ? entry.lastModifiedMillis() : entry.visitTimeMillis());
    text(to, "visitId", entry.visitId());
    text(to, "referringVisitId", entry.referringVisitId());
    text(to, "transition", entry.transition());
    device(to, entry.device());
    // The sender's own bookkeeping; "pending" would make some clients send the entry on as theirs.
    to.writeStringField("syncStatus", "synced");
    to.writeNumberField("lastModified", entry.lastModifiedMillis());
    if (entry.deleted()) {
      to.writeBooleanField("deleted", true);
    }
    PageSummary page = entry.page();
    if (page != null) {
      to.writeObjectFieldStart("pageContent");
      to.writeStringField("content", "");
      text(to, "summary", page.summary());
      to.writeFieldName("extractedAt");
      Json.write(to, page.extractedAtMillis());
      unknown(to, entry.unknown(), true);
      to.writeEndObject();
    }
    unknown(to, entry.unknown(), false);
    to.writeEndObject();
  }

  static void device(JsonGenerator to, Device device) throws IOException {
    text(to, "deviceId", device.id().value());
    text(to, "platform", device.platform());
    text(to, "userAgent", device.userAgent());
    text(to, "browserName", device.browserName());
    text(to, "browserVersion", device.browserVersion());
  }

  static void text(JsonGenerator to, String name, String value) throws IOException {
    to.writeStringField(name, Json.wellFormed(value));
  }

  /** Writes the unknown members of the page's content, or those of the entry itself. */
  private static void unknown(JsonGenerator to, UnknownFields unknown, boolean ofPage)
      throws IOException {
    if (unknown.isEmpty()) {
      return;
    }
    try (JsonParser from = Json.FACTORY.createParser(unknown.json())) {
      from.nextToken();
      while (from.nextToken() == JsonToken.FIELD_NAME) {
        String name = from.currentName();
        from.nextToken();
        boolean isPage = name.equals("pageContent");
        if (isPage && ofPage) {
          members(from, to);
        } else if (!isPage && !ofPage) {
          to.writeFieldName(name);
          Json.copy(from, to);
        } else {
          from.skipChildren();
        }
      }
    }
  }

  private static void members(JsonParser from, JsonGenerator to) throws IOException {
    if (from.currentToken() != JsonToken.START_OBJECT) {
      from.skipChildren();
      return;
    }
    while (from.nextToken() == JsonToken.FIELD_NAME) {
      to.writeFieldName(from.currentName());
      from.nextToken();
      Json.copy(from, to);
    }
  }
}
