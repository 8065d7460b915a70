// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.chroniclesync.testkits.transport.TransportKit.Running;

/** Transports as the component runtime makes them. */
final class Transports {
  private Transports() {}

  /** Where no attempt is to fail, each has all the time that a busy machine may take. */
  static final long NEVER_MILLIS = 60_000;

  /** Where one is to fail, as whom nobody answers, this is waited for. */
  static final long SOME_MILLIS = 15_000;

  static Running start(long connectTimeoutMillis) {
    // Small buffers, so that the tests of full ones are quick.
    WebSocketTransport transport =
        new WebSocketTransport(
            config(
                Map.of(
                    "sendBufferBytes", 262_144,
                    "receiveBufferBytes", 262_144,
                    "connectTimeoutMillis", connectTimeoutMillis)));
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
