// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.EncodeHintType;
import com.google.zxing.LuminanceSource;
import com.google.zxing.PlanarYUVLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.WriterException;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Texts as QR codes (ISO/IEC 18004), for the camera of another device, and what the camera of this
 * one sees, since few browsers read such a code themselves. By POST: the text may be a secret, and
 * has no place in an address.
 */
final class QrGroup implements Routes.Group {
  /**
   * What the largest code holds, with little correction: it stands on a screen, whose points are
   * clean.
   */
  static final int MAX_CHARS = 2_953;

  private static final int LEAST_SIDE = 32;
  private static final int MOST_SIDE = 1_024;

  private static final Map<EncodeHintType, String> HINTS =
      Map.of(EncodeHintType.CHARACTER_SET, "UTF-8");

  @Override
  public void addTo(Routes routes) {
    routes
        .post(Routes.PREFIX + "/qr", QrGroup::draw)
        .post(Routes.PREFIX + "/qr/read", QrGroup::read);
  }

  private static void read(Exchange exchange) throws IOException {
    int width = exchange.number("width", 0, LEAST_SIDE, MOST_SIDE);
    byte[] grey = exchange.bytes(MOST_SIDE * MOST_SIDE);
    int height = grey.length / width;
    if (height * width != grey.length || height < LEAST_SIDE || height > MOST_SIDE) {
      throw Problem.wrong(
          "The picture does not have the size that was said.",
          "Send one byte for each point, row by row, and the width.");
    }
    exchange.json(Json.object().put("text", seen(grey, width, height)));
  }

  /** The text of the code in a picture, or null if none is seen in it. */
  static @Nullable String seen(byte[] grey, int width, int height) {
    LuminanceSource picture =
        new PlanarYUVLuminanceSource(grey, width, height, 0, 0, width, height, false);
    try {
      String text =
          new QRCodeReader()
              .decode(
                  new BinaryBitmap(new HybridBinarizer(picture)),
                  Map.of(DecodeHintType.TRY_HARDER, true))
              .getText();
      return text.length() > MAX_CHARS ? null : text;
    } catch (ReaderException | RuntimeException e) { // the library throws these at odd pictures
      return null;
    }
  }

  private static void draw(Exchange exchange) throws IOException {
    String text = Body.of(exchange.body(), "text").required("text", MAX_CHARS);
    ObjectNode drawn = Json.object();
    ArrayNode rows = drawn.putArray("rows");
    rows(text).forEach(rows::add);
    exchange.json(drawn);
  }

  /** The rows of a text's code, without its quiet zone; 1 is dark. */
  static List<String> rows(String text) {
    ByteMatrix matrix = matrix(text);
    List<String> rows = new ArrayList<>();
    for (int y = 0; y < matrix.getHeight(); y++) {
      StringBuilder row = new StringBuilder();
      for (int x = 0; x < matrix.getWidth(); x++) {
        row.append(matrix.get(x, y));
      }
      rows.add(row.toString());
    }
    return rows;
  }

  private static ByteMatrix matrix(String text) {
    try {
      return Encoder.encode(text, ErrorCorrectionLevel.L, HINTS).getMatrix();
    } catch (WriterException e) {
      throw Problem.wrong(
          "The text does not fit into a QR code.", "Copy it as text to the other device.");
    }
  }
}
