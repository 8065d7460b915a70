// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether a process may run code that lies in a folder: whoever can write there can do all that the
 * process can.
 *
 * <p>Where the file system has no POSIX permissions, as on Windows, neither owner nor permissions
 * are checked.
 *
 * <p>Stateless and safe for use by several threads. Every method does I/O and may block. No
 * argument is null.
 */
public final class OwnCode {
  /** The size of the largest file that is run, in bytes. */
  public static final long MAX_BYTES = 256L * 1024 * 1024;

  private OwnCode() {}

  /**
   * Why code is not run.
   *
   * @param cause what is wrong, in a sentence
   * @param remedy what to do, in a sentence
   */
  public record Refusal(String cause, String remedy) {}

  /**
   * Checks a folder: no link, of the user that runs this process, and writable by nobody else.
   *
   * @param folder an existing path
   * @return why nothing in it may be run, or null if it may
   * @throws IOException if that cannot be found out
   */
  public static @Nullable Refusal ofFolder(Path folder) throws IOException {
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        ? ofRights(folder)
        : new Refusal(
            folder + " is a link or a file.", "Replace it by a folder that only you can write to.");
  }

  /**
   * Checks a file: no link, not too large, of the user that runs this process, and writable by
   * nobody else.
   *
   * @param file an existing path
   * @return why it may not be run, or null if it may
   * @throws IOException if that cannot be found out
   */
  public static @Nullable Refusal ofFile(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return new Refusal(file + " is a link or a folder.", "Put the file itself there.");
    }
    return Files.size(file) > MAX_BYTES
        ? new Refusal(
            String.format(Locale.ROOT, "%s has more than %,d bytes.", file, MAX_BYTES),
            "Put a smaller file there.")
        : ofRights(file);
  }

  private static @Nullable Refusal ofRights(Path path) throws IOException {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return null;
    }
    UserPrincipal owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS);
    UserPrincipal self = self();
    if (!owner.equals(self)) {
      return new Refusal(
          path + " belongs to " + owner.getName() + ", not to " + self.getName() + ".",
          "Run as root: chown " + self.getName() + " " + path);
    }
    return PrivateFiles.isWritableByOthers(path)
        ? new Refusal("Others can write to " + path + ".", "Run: chmod go-w " + path)
        : null;
  }

  /** What this process makes belongs to the user that it runs as. */
  private static UserPrincipal self() throws IOException {
    Path made = Files.createTempFile("owner", null);
    try {
      return Files.getOwner(made);
    } finally {
      Files.delete(made);
    }
  }
}
