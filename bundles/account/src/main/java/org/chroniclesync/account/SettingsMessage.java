// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.sync.SharedSettings;
import org.chroniclesync.support.json.StrictJson;
import org.jspecify.annotations.Nullable;

/** What nodes say to each other of their settings. */
sealed interface SettingsMessage {
  /** The message type. */
  String TYPE = "settings";

  /** How many settings fit into a message. */
  int MAX_VALUES = 32;

  /** The digest of what the sender knows. */
  record Known(String digest) implements SettingsMessage {}

  /** Asks for what follows a key, "" for the first. */
  record Asked(String after) implements SettingsMessage {}

  /**
   * The answer.
   *
   * @param more whether there are more behind the last of these
   */
  record Told(List<Setting> values, boolean more) implements SettingsMessage {
    public Told {
      values = List.copyOf(values);
    }
  }

  /** Writes it. */
  default Payload payload() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Form.JSON.createGenerator(text)) {
      json.writeStartObject();
      if (this instanceof Known known) {
        json.writeStringField("digest", known.digest());
      } else if (this instanceof Asked asked) {
        json.writeStringField("after", asked.after());
      } else if (this instanceof Told told) {
        Form.write(json, told);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("nothing is written to a disk", e);
    }
    return new Payload.Other(TYPE, text.toString());
  }

  /**
   * Reads one. Members that are not known are ignored, and so is a setting that breaks a bound.
   *
   * @throws IOException if it is none
   */
  static SettingsMessage read(String text) throws IOException {
    if (text.length() > Form.MAX_CHARS) {
      throw new IOException("a message about settings has " + text.length() + " characters");
    }
    try (JsonParser json = Form.JSON.createParser(text)) {
      return Form.read(json);
    }
  }

  /** The members. */
  final class Form {
    static final JsonFactory JSON = StrictJson.factory(8, SharedSettings.MAX_VALUE_CHARS);
    static final int MAX_CHARS =
        MAX_VALUES * 8 * (SharedSettings.MAX_VALUE_CHARS + SharedSettings.MAX_KEY_CHARS);

    private Form() {}

    static void write(JsonGenerator json, Told told) throws IOException {
      json.writeArrayFieldStart("values");
      for (Setting setting : told.values()) {
        json.writeStartObject();
        json.writeStringField("key", setting.key());
        json.writeNumberField("at", setting.at());
        if (setting.value() != null) {
          json.writeStringField("value", setting.value());
        }
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeBooleanField("more", told.more());
    }

    static SettingsMessage read(JsonParser json) throws IOException {
      @Nullable String digest = null;
      @Nullable String after = null;
      @Nullable List<Setting> values = null;
      boolean more = false;
      require(json.nextToken() == JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "digest" -> digest = text(json);
          case "after" -> after = text(json);
          case "values" -> values = values(json);
          case "more" -> more = json.currentToken() == JsonToken.VALUE_TRUE;
          default -> json.skipChildren();
        }
      }
      if (values != null) {
        return new Told(values, more);
      }
      if (after != null) {
        return new Asked(after);
      }
      require(digest != null);
      return new Known(String.valueOf(digest));
    }

    private static List<Setting> values(JsonParser json) throws IOException {
      require(json.currentToken() == JsonToken.START_ARRAY);
      List<Setting> values = new ArrayList<>();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        Setting setting = setting(json);
        if (setting != null) {
          values.add(setting);
        }
        require(values.size() <= MAX_VALUES);
      }
      require(json.currentToken() == JsonToken.END_ARRAY);
      return values;
    }

    private static @Nullable Setting setting(JsonParser json) throws IOException {
      String key = "";
      long at = -1;
      @Nullable String value = null;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "key" -> key = text(json);
          case "at" -> {
            require(json.currentToken() == JsonToken.VALUE_NUMBER_INT);
            at = json.getLongValue();
          }
          case "value" -> value = text(json);
          default -> json.skipChildren();
        }
      }
      require(json.currentToken() == JsonToken.END_OBJECT);
      try {
        return new Setting(key, at, value);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }

    private static String text(JsonParser json) throws IOException {
      require(json.currentToken() == JsonToken.VALUE_STRING);
      return json.getText();
    }

    private static void require(boolean right) throws IOException {
      if (!right) {
        throw new IOException("not a message about settings");
      }
    }
  }
}
