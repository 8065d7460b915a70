// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.EnvelopeException.Reason;
import org.chroniclesync.support.json.StrictJson;
import org.jspecify.annotations.Nullable;

/**
 * IV and ciphertext of a frame, found and decoded but not yet opened.
 *
 * @param bytes what both lie in
 * @param ivAt where the IV begins
 * @param dataAt where the ciphertext begins
 * @param dataBytes length of the ciphertext, tag included
 */
@SuppressWarnings("ArrayRecordComponent") // a view on a buffer, for one call; nobody compares it
record SealedFrame(byte[] bytes, int ivAt, int dataAt, int dataBytes) {
  /** Longest frame, in characters: four times what a browser takes. */
  static final int MAX_FRAME_CHARS = 1 << 20;

  /** What stands before the IV. */
  static final String HEAD = "{\"iv\":\"";

  /** What stands between IV and data. */
  static final String MIDDLE = "\",\"data\":\"";

  /** What stands after the data. */
  static final String TAIL = "\"}";

  static final int IV_DIGITS = 2 * AesGcm.IV_BYTES;
  static final int DATA_AT = HEAD.length() + IV_DIGITS + MIDDLE.length();

  private static final int MAX_DEPTH = 16;

  private static final JsonFactory JSON = StrictJson.factory(MAX_DEPTH, MAX_FRAME_CHARS);

  /**
   * Takes a frame apart.
   *
   * @throws EnvelopeException if it is none; says why
   */
  static SealedFrame of(String frame) throws EnvelopeException {
    if (frame.length() > MAX_FRAME_CHARS) {
      throw refuse(Reason.TOO_LONG, "the frame has more than " + MAX_FRAME_CHARS + " characters");
    }
    SealedFrame usual = usual(frame);
    return usual != null ? usual : unusual(frame);
  }

  /**
   * Reads the one form in which peers write hexadecimal frames, without a parser. Everything else
   * goes through the parser, which alone decides what is refused and why.
   */
  private static @Nullable SealedFrame usual(String frame) {
    int digits = frame.length() - DATA_AT - TAIL.length();
    if (digits < 2 * AesGcm.TAG_BYTES
        || digits % 2 != 0
        || !frame.startsWith(HEAD)
        || !frame.startsWith(MIDDLE, HEAD.length() + IV_DIGITS)
        || !frame.endsWith(TAIL)) {
      return null;
    }
    // Characters outside Latin-1 become '?', which is not a digit either.
    byte[] text = frame.getBytes(StandardCharsets.ISO_8859_1);
    boolean hex =
        Hex.decode(text, HEAD.length(), AesGcm.IV_BYTES, text, 0)
            && Hex.decode(text, DATA_AT, digits / 2, text, AesGcm.IV_BYTES);
    return hex ? new SealedFrame(text, 0, AesGcm.IV_BYTES, digits / 2) : null;
  }

  private static SealedFrame unusual(String frame) throws EnvelopeException {
    if (frame.isBlank()) {
      throw refuse(Reason.EMPTY, "the frame is empty");
    }
    Members members = parse(frame);
    byte[] data = latin(members.text("data"));
    byte[] iv = latin(members.text("iv"));
    boolean hexData = Hex.isHex(data);
    // Digits alone may be base64 by chance: in 16 characters once in ten million, in the data
    // never.
    boolean hexIv = Hex.isHex(iv) && (hexData || iv.length == IV_DIGITS);
    return checked(decode("iv", iv, hexIv), decode("data", data, hexData));
  }

  private static SealedFrame checked(byte[] iv, byte[] data) throws EnvelopeException {
    if (iv.length != AesGcm.IV_BYTES) {
      throw refuse(
          Reason.WRONG_IV_LENGTH, "the iv has " + iv.length + " bytes, not " + AesGcm.IV_BYTES);
    }
    if (data.length < AesGcm.TAG_BYTES) {
      throw refuse(Reason.TRUNCATED, "the data has " + data.length + " bytes, less than a tag");
    }
    byte[] bytes = new byte[iv.length + data.length];
    System.arraycopy(iv, 0, bytes, 0, iv.length);
    System.arraycopy(data, 0, bytes, iv.length, data.length);
    return new SealedFrame(bytes, 0, iv.length, data.length);
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] decode(String name, byte[] text, boolean hex) throws EnvelopeException {
    if (!hex) {
      return base64(name, text);
    }
    byte[] bytes = new byte[text.length / 2];
    if (text.length % 2 != 0 || !Hex.decode(text, 0, bytes.length, bytes, 0)) {
      throw refuse(Reason.NOT_ENCODED, name + " has an odd number of digits");
    }
    return bytes;
  }

  private static byte[] base64(String name, byte[] text) throws EnvelopeException {
    for (int i = 0; i < text.length; i++) {
      text[i] = text[i] == '-' ? (byte) '+' : text[i] == '_' ? (byte) '/' : text[i];
    }
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw refuse(Reason.NOT_ENCODED, name + " is neither hexadecimal nor base64");
    }
  }

  // The parser's own messages quote the frame, so they are not passed on.
  private static Members parse(String frame) throws EnvelopeException {
    try (JsonParser json = JSON.createParser(frame)) {
      boolean object = json.nextToken() == JsonToken.START_OBJECT;
      Members members = new Members();
      if (object) {
        members.read(json);
      } else {
        json.skipChildren();
      }
      if (json.nextToken() != null) {
        throw refuse(Reason.NOT_JSON, "the JSON value is followed by something else");
      }
      if (!object) {
        throw refuse(Reason.NOT_AN_OBJECT, "the frame is not a JSON object");
      }
      return members;
    } catch (IOException e) {
      throw refuse(Reason.NOT_JSON, "the frame is not JSON, or not within its bounds");
    }
  }

  private static EnvelopeException refuse(Reason reason, String sentence) {
    return new EnvelopeException(reason, sentence, null);
  }

  /** The two members of a frame as they were found. */
  private static final class Members {
    private @Nullable String iv;
    private @Nullable String data;
    private boolean ivSeen;
    private boolean dataSeen;

    void read(JsonParser json) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        String text = value == JsonToken.VALUE_STRING && isOurs(name) ? json.getText() : null;
        json.skipChildren();
        if (name.equals("iv")) {
          iv = text;
          ivSeen = true;
        } else if (name.equals("data")) {
          data = text;
          dataSeen = true;
        }
      }
    }

    private static boolean isOurs(String name) {
      return name.equals("iv") || name.equals("data");
    }

    String text(String name) throws EnvelopeException {
      boolean isIv = name.equals("iv");
      if (!(isIv ? ivSeen : dataSeen)) {
        throw refuse(Reason.MISSING_MEMBER, name + " is missing");
      }
      String text = isIv ? iv : data;
      if (text == null) {
        throw refuse(Reason.NOT_A_STRING, name + " is not a string");
      }
      return text;
    }
  }
}
