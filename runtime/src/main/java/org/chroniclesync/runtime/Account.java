// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.chroniclesync.support.files.PrivateFiles;
import org.jspecify.annotations.Nullable;

/**
 * The account that a data folder belongs to. All checks come before anything is made, so a refused
 * start leaves everything as it was.
 */
final class Account {
  /** What can be in a folder that has never been in an account. */
  private static final Set<String> NEUTRAL =
      Set.of(
          "bundles",
          "conf",
          "format",
          "secrets",
          "install",
          "logs",
          "cache",
          "tmp",
          "lock",
          "lost+found");

  private static final String SOCKET = "control.sock";

  private final Path data;
  private final Path directory;
  private final boolean mayBeNew;

  /**
   * Names the account.
   *
   * @param data the data folder; may be missing
   * @param directory where the mnemonic is; may be missing
   * @param mayBeNew whether the node makes a mnemonic if there is none
   */
  Account(Path data, Path directory, boolean mayBeNew) {
    this.data = data;
    this.directory = directory;
    this.mayBeNew = mayBeNew;
  }

  Path phrase() {
    return directory.resolve("mnemonic");
  }

  /**
   * Checks the mnemonic that is there, and the one that is given.
   *
   * @throws ExitException if one is unusable or they differ, or a new one would replace one that
   *     got lost
   */
  void check(@Nullable Mnemonic given) throws ExitException {
    requirePrivate();
    if (Files.exists(phrase())) {
      try (Mnemonic held = Mnemonic.read(phrase())) {
        requireSame(held, given);
      }
    } else if (given == null && mayBeNew) {
      requireUnused();
    }
  }

  /** Keeps a checked mnemonic, unless there is one, which is the same. */
  void adopt(Mnemonic given) throws ExitException {
    if (Files.exists(phrase())) {
      return;
    }
    try {
      PrivateFiles.createDirectories(directory);
      given.write(phrase());
    } catch (IOException e) {
      throw new ExitException(
          Exit.DATA, "The mnemonic cannot be written to " + phrase() + ": " + e + ".");
    }
  }

  private void requirePrivate() throws ExitException {
    try {
      if (Files.exists(directory) && PrivateFiles.isOpenToOthers(directory)) {
        throw new ExitException(
            Exit.DATA,
            "Others can enter "
                + directory
                + ", which is for secrets. Run: chmod 700 "
                + directory);
      }
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  private void requireSame(Mnemonic held, @Nullable Mnemonic given) throws ExitException {
    if (given != null && !given.isSameAs(held)) {
      throw new ExitException(
          Exit.DATA,
          data
              + " already belongs to another mnemonic. Choose another folder with --data, or start"
              + " without --mnemonic-file.");
    }
  }

  private void requireUnused() throws ExitException {
    if (!isUnused(directory) || !isUnused(data)) {
      throw new ExitException(
          Exit.DATA,
          phrase()
              + " is missing, but "
              + data
              + " is not empty. If it belongs to your account, give the 24 words back with"
              + " --mnemonic-file FILE. For a new account, choose an empty folder with --data.");
    }
  }

  private boolean isUnused(Path folder) throws ExitException {
    if (!Files.exists(folder)) {
      return true;
    }
    // Files that begin with a dot are drafts, or a file manager's.
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "[!.]*")) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (!NEUTRAL.contains(name) && !name.equals(SOCKET) && !file.equals(directory)) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static ExitException unreadable(Path folder, IOException e) {
    return new ExitException(
        Exit.DATA, "The folder " + folder + " cannot be read: " + e + ". Check its owner.");
  }
}
