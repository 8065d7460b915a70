// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class HaproxyTest extends BehindProxyContract {
  HaproxyTest() throws Exception {
    super("haproxy");
  }

  @Override
  String configuration(String documented, TestAuthority.Issued issued, String handshakeTime)
      throws IOException {
    Path both = Files.writeString(folder.resolve("both.pem"), issued.chain() + issued.key());
    return documented
        .replace("maxconn 40000", "maxconn 100")
        .replace("bind :443 ssl", "bind 127.0.0.1:" + port + " ssl")
        .replace("/etc/ssl/discovery-and-key.pem", both.toString())
        .replace("timeout client 10s", "timeout client " + handshakeTime)
        .replace("timeout http-request 10s", "timeout http-request " + handshakeTime)
        .replace("timeout tunnel 120s", "timeout tunnel 10s")
        .replace("127.0.0.1:8080", "127.0.0.1:" + servicePort());
  }

  @Override
  List<String> command(Path file) {
    return List.of("haproxy", "-db", "-f", file.toString());
  }
}
