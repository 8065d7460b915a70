// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a camera sees that is held before a QR code of the page. */
final class Video {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 480;
  private static final int FRAMES = 4;
  private static final byte DARK = 30;
  private static final byte LIGHT = (byte) 225;
  private static final byte GREY = (byte) 128;

  /** A dark point of the page's picture. */
  private static final Pattern POINT = Pattern.compile("M(\\d+) (\\d+)h1v1h-1z");

  private Video() {}

  private record Point(int x, int y) {}

  /**
   * Makes one.
   *
   * @param drawn how the page draws the code
   * @param file to be made
   */
  static Path of(String drawn, Path file) throws IOException {
    byte[] frame = frame(points(drawn));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(text("YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n".formatted(WIDTH, HEIGHT)));
    for (int i = 0; i < FRAMES; i++) {
      bytes.writeBytes(text("FRAME\n"));
      bytes.writeBytes(frame);
    }
    return Files.write(file, bytes.toByteArray());
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static List<Point> points(String drawn) {
    List<Point> points = new ArrayList<>();
    Matcher found = POINT.matcher(drawn);
    while (found.find()) {
      points.add(new Point(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2))));
    }
    return points;
  }

  /** Brightness, and then both colours of each four points, which are none. */
  private static byte[] frame(List<Point> points) {
    byte[] frame = new byte[WIDTH * HEIGHT * 3 / 2];
    Arrays.fill(frame, 0, WIDTH * HEIGHT, LIGHT);
    Arrays.fill(frame, WIDTH * HEIGHT, frame.length, GREY);
    int size = 1 + points.stream().mapToInt(one -> Math.max(one.x(), one.y())).max().orElseThrow();
    int scale = HEIGHT * 4 / 5 / size;
    int left = (WIDTH - size * scale) / 2;
    int top = (HEIGHT - size * scale) / 2;
    for (Point point : points) {
      for (int y = 0; y < scale; y++) {
        int row = (top + point.y() * scale + y) * WIDTH + left + point.x() * scale;
        Arrays.fill(frame, row, row + scale, DARK);
      }
    }
    return frame;
  }
}
