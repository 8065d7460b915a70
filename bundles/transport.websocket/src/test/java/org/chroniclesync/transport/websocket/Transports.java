// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.chroniclesync.testkits.transport.TransportKit.Running;

/** Transports as the component runtime makes them. */
final class Transports {
  private Transports() {}

  static Running start() {
    // Small buffers, so that the tests of full ones are quick, and short patience.
    WebSocketTransport transport =
        new WebSocketTransport(
            config(
                Map.of(
                    "sendBufferBytes", 262_144,
                    "receiveBufferBytes", 262_144,
                    "connectTimeoutMillis", 5_000L)));
    return new Running(transport, transport::deactivate);
  }

  static Config config(Map<String, Object> values) {
    return (Config)
        Proxy.newProxyInstance(
            Config.class.getClassLoader(),
            new Class<?>[] {Config.class},
            (proxy, method, args) ->
                values.getOrDefault(method.getName(), method.getDefaultValue()));
  }
}
