// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;

/**
 * A connection whose other end has shown its certificate and has its key.
 *
 * @param raw the socket below TLS
 * @param tls the socket
 * @param peer by what the other end is known
 * @param dialled whether this side connected
 */
record TlsConnection(Socket raw, SSLSocket tls, Fingerprint peer, boolean dialled)
    implements Closeable {
  /** RFC 6761: a name that nobody looks up. RFC 6066 wants one. */
  static final String NAME_SUFFIX = ".chroniclesync.invalid";

  static final String[] PROTOCOLS = {"TLSv1.3"};

  /** At once: the socket of TLS would wait for a thread that is writing. */
  @Override
  public void close() {
    close(raw);
  }

  static void close(Socket raw) {
    try {
      raw.close();
    } catch (IOException e) {
      // Then it is closed as far as it can be.
    }
  }
}
