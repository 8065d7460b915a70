// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.qr;

import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Texts as QR codes (ISO/IEC 18004). */
public final class QrCode {
  /**
   * What the largest code holds, with little correction: it stands on a screen, whose points are
   * clean.
   */
  public static final int MAX_CHARS = 2_953;

  private static final int QUIET = 2;
  private static final Map<EncodeHintType, String> HINTS =
      Map.of(EncodeHintType.CHARACTER_SET, "UTF-8");

  private QrCode() {}

  /**
   * Makes the code of a text.
   *
   * @return its rows without their quiet zone, 1 for each dark point and 0 for each light one
   * @throws IllegalArgumentException if the text does not fit
   */
  public static List<String> rows(String text) {
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
      throw new IllegalArgumentException("the text does not fit into a QR code", e);
    }
  }

  /**
   * Draws a code in a terminal, two rows to a line. The light is drawn, so that it is right on dark
   * terminals and on light.
   *
   * @param rows as {@link #rows} makes them
   * @return lines, each with its end; none without rows
   */
  public static String picture(List<String> rows) {
    StringBuilder text = new StringBuilder();
    int size = rows.size();
    for (int y = -QUIET; y < size + QUIET; y += 2) {
      text.append("\u001b[97;40m");
      for (int x = -QUIET; x < size + QUIET; x++) {
        boolean above = isLight(rows, x, y);
        boolean below = isLight(rows, x, y + 1);
        text.append(above ? below ? '█' : '▀' : below ? '▄' : ' ');
      }
      text.append("\u001b[0m\n");
    }
    return size == 0 ? "" : text.toString();
  }

  private static boolean isLight(List<String> rows, int x, int y) {
    return y < 0 || x < 0 || y >= rows.size() || x >= rows.size() || rows.get(y).charAt(x) == '0';
  }
}
