// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.LuminanceSource;
import com.google.zxing.PlanarYUVLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.io.IOException;
import java.util.Map;
import org.chroniclesync.support.qr.QrCode;
import org.jspecify.annotations.Nullable;

/**
 * Texts as QR codes (ISO/IEC 18004), for the camera of another device, and what the camera of this
 * one sees, since few browsers read such a code themselves. By POST: the text may be a secret, and
 * has no place in an address.
 */
final class QrGroup implements Routes.Group {
  private static final int LEAST_SIDE = 32;
  private static final int MOST_SIDE = 1_024;

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
          Code.REQUEST,
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
      return text.length() > QrCode.MAX_CHARS ? null : text;
    } catch (ReaderException | RuntimeException e) { // the library throws these at odd pictures
      return null;
    }
  }

  private static void draw(Exchange exchange) throws IOException {
    String text = Body.of(exchange.body(), "text").required("text", QrCode.MAX_CHARS);
    ObjectNode drawn = Json.object();
    ArrayNode rows = drawn.putArray("rows");
    try {
      QrCode.rows(text).forEach(rows::add);
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(
          Code.QR_TOO_LONG,
          "The text does not fit into a QR code.",
          "Copy it as text to the other device.");
    }
    exchange.json(drawn);
  }
}
