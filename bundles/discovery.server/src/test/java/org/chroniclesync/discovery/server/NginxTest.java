// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

class NginxTest extends BehindProxyContract {
  NginxTest() throws Exception {
    super("nginx");
  }

  @Override
  String configuration(String documented, TestAuthority.Issued issued, String handshakeTime)
      throws IOException {
    Path key = folder.resolve("key.pem");
    Path chain = folder.resolve("chain.pem");
    issued.write(key, chain);
    String http =
        documented
            .replace("listen 443 ssl;", "listen 127.0.0.1:" + port + " ssl;")
            .replaceAll("ssl_certificate .*;", "ssl_certificate " + chain + ";")
            .replaceAll("ssl_certificate_key .*;", "ssl_certificate_key " + key + ";")
            .replace("client_header_timeout 10s", "client_header_timeout " + handshakeTime)
            .replace("proxy_read_timeout 120s", "proxy_read_timeout 10s")
            .replace("127.0.0.1:8080", "127.0.0.1:" + servicePort());
    StringBuilder places = new StringBuilder("access_log off;\n");
    for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      places.append("%s_temp_path %s/%s;%n".formatted(kind, folder, kind));
    }
    return "daemon off; master_process off; pid %s/pid; error_log stderr;%n".formatted(folder)
        + "events { worker_connections 256; }\nhttp {\n"
        + places
        + http
        + "}\n";
  }

  @Override
  List<String> command(Path file) {
    return List.of("nginx", "-p", folder.toString(), "-c", file.toString());
  }
}
