// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;

/** Visits that can be told from all others by their bytes, and where these bytes still are. */
final class Erased {
  /** In each title, and in no other text of the kit. */
  static final String WORD = "Zyzzyvaqx";

  /** What is looked for; an index may have cut off how a word begins. */
  private static final List<String> MARKS =
      List.of(
          "zyzzyva",
          "zyvaqx",
          "erased-host.example",
          "erased-path",
          "erasedquux",
          "eraseddevice",
          "erasedsummary",
          "erasedmember");

  private Erased() {}

  static List<Entry> visits(int count) {
    List<Entry> visits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      visits.add(
          new Entry(
              new Device(
                  new DeviceId("doomed"), "ErasedDevice", "ErasedDevice/1", "ErasedDevice", "1"),
              "v" + i,
              "https://erased-host.example/erased-path/" + i + "?q=erasedquux" + i % 7,
              WORD + " " + i + " erasedquux" + i % 5,
              Samples.TIME_MILLIS + 1_000.0 * i,
              "v" + Math.max(0, i - 1),
              "link",
              Samples.TIME_MILLIS,
              false,
              i % 9 == 0 ? new PageSummary("erasedsummary " + i, Samples.TIME_MILLIS) : null,
              i % 50 == 0 ? new UnknownFields("{\"erasedmember\":1}") : UnknownFields.NONE));
    }
    return visits;
  }

  /** Returns which files hold which of the marks. */
  static List<String> found(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : files(folder)) {
      String content = content(file);
      MARKS.stream()
          .filter(content::contains)
          .forEach(mark -> found.add(file.getFileName() + " holds " + mark));
    }
    return found;
  }

  /** A store that runs takes files away while we look, at which {@link Files#walk} throws. */
  private static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder)) {
      for (Path one : inside) {
        if (Files.isDirectory(one)) {
          files.addAll(files(one));
        } else if (Files.isRegularFile(one)) {
          files.add(one);
        }
      }
    } catch (NoSuchFileException e) {
      // A folder can go, too.
      return files;
    }
    return files;
  }

  /** As single bytes, so also what lies between damaged texts. */
  private static String content(Path file) throws IOException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
          .toLowerCase(Locale.ROOT);
    } catch (NoSuchFileException e) {
      // It went meanwhile, as a store's temporary files do.
      return "";
    }
  }
}
