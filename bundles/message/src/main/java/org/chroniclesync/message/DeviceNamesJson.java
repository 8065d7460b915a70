// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.message.MalformedMessageException;
import org.chroniclesync.api.message.Payload;
import org.jspecify.annotations.Nullable;

/** The names of devices as JSON. */
final class DeviceNamesJson {
  private DeviceNamesJson() {}

  static void write(JsonGenerator to, Payload.DeviceNames payload) throws IOException {
    to.writeStartObject();
    to.writeArrayFieldStart("devices");
    for (DeviceName one : payload.names()) {
      to.writeStartObject();
      to.writeStringField("deviceId", Json.wellFormed(one.device().value()));
      to.writeStringField("computer", Json.wellFormed(one.computer()));
      to.writeStringField("profile", Json.wellFormed(one.profile()));
      to.writeNumberField("toldAt", one.toldAtMillis());
      to.writeStringField("name", Json.wellFormed(one.name()));
      to.writeNumberField("namedAt", one.namedAtMillis());
      to.writeEndObject();
    }
    to.writeEndArray();
    to.writeBooleanField("asks", payload.asks());
    to.writeEndObject();
  }

  /** Reads the object that the parser stands on. */
  static Payload.DeviceNames read(JsonParser from) throws IOException, MalformedMessageException {
    List<DeviceName> names = List.of();
    boolean asks = false;
    while (from.nextToken() != JsonToken.END_OBJECT) {
      String member = from.currentName();
      from.nextToken();
      switch (member) {
        case "devices" -> names = devices(from);
        case "asks" -> asks = from.currentToken() == JsonToken.VALUE_TRUE;
        default -> from.skipChildren();
      }
    }
    return new Payload.DeviceNames(names, asks);
  }

  private static List<DeviceName> devices(JsonParser from)
      throws IOException, MalformedMessageException {
    if (from.currentToken() != JsonToken.START_ARRAY) {
      throw new MalformedMessageException("devices is not an array", null);
    }
    List<DeviceName> names = new ArrayList<>();
    while (from.nextToken() != JsonToken.END_ARRAY) {
      if (from.currentToken() != JsonToken.START_OBJECT
          || names.size() == Payload.DeviceNames.MAX_NAMES) {
        throw new MalformedMessageException("not a device, or too many of them", null);
      }
      names.add(device(from));
    }
    return names;
  }

  private static DeviceName device(JsonParser from) throws IOException, MalformedMessageException {
    String device = null;
    String computer = null;
    String profile = null;
    String name = null;
    long told = 0;
    long named = 0;
    while (from.nextToken() != JsonToken.END_OBJECT) {
      String member = from.currentName();
      from.nextToken();
      switch (member) {
        case "deviceId" -> device = Json.text(from);
        case "computer" -> computer = Json.text(from);
        case "profile" -> profile = Json.text(from);
        case "name" -> name = Json.text(from);
        case "toldAt" -> told = time(from);
        case "namedAt" -> named = time(from);
        default -> from.skipChildren();
      }
    }
    if (device == null) {
      throw new MalformedMessageException("a name of no device", null);
    }
    return new DeviceName(
        new DeviceId(device), orEmpty(computer), orEmpty(profile), told, orEmpty(name), named);
  }

  private static long time(JsonParser from) throws IOException {
    if (from.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      return from.getLongValue();
    }
    from.skipChildren();
    return 0;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
