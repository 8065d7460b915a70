// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.chroniclesync.support.files.PrivateFiles;

/** The file of a Unix domain socket, reachable by its owner only, from its first moment on. */
final class SocketFile {
  /** What the kernels allow differs; this fits all of them. */
  static final int MAX_PATH_BYTES = 100;

  private final Path path;

  SocketFile(Path path) {
    this.path = path;
  }

  ServerSocketChannel open() throws IOException {
    // The socket is made in a folder that only we can enter and then moved to its place, because
    // permissions can only be set on a file that is already there.
    Path cradle = Files.createTempDirectory(path.toAbsolutePath().getParent(), ".s");
    Path made = cradle.resolve("s");
    try {
      checkLength(made);
      checkLength(path.toAbsolutePath());
      refuseIfAlive();
      return bind(made);
    } finally {
      Files.deleteIfExists(made);
      Files.deleteIfExists(cradle);
    }
  }

  /** Tells one file from another that takes its place. */
  Object key() throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Object key = attributes.fileKey();
    return key == null ? attributes.creationTime() : key;
  }

  void remove() throws IOException {
    Files.deleteIfExists(path);
  }

  private ServerSocketChannel bind(Path made) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(made));
      PrivateFiles.restrict(made);
      Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** A node that died leaves its file behind; one that lives answers. */
  private void refuseIfAlive() throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (answers()) {
      throw new IOException(
          "Another node answers at " + path + "; stop it, or give this one another folder.");
    }
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(path + " exists and is not a socket; move it away.");
    }
    Files.delete(path);
  }

  private boolean answers() {
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      return probe.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static void checkLength(Path path) throws IOException {
    int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_PATH_BYTES) {
      throw new IOException(
          "The path "
              + path
              + " has "
              + bytes
              + " bytes; a socket's path may have at most "
              + MAX_PATH_BYTES
              + ". Choose a data folder with a shorter name.");
    }
  }
}
