// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** A configuration with quick times, but for what a test sets. */
final class TestConfig {
  private static final Map<String, Object> QUICK =
      Map.of("retryBaseMillis", 20L, "retryMaxMillis", 200L);

  private TestConfig() {}

  static Config of(String url, Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(QUICK);
    all.put("url", url);
    all.putAll(settings);
    return (Config)
        Proxy.newProxyInstance(
            Config.class.getClassLoader(),
            new Class<?>[] {Config.class},
            (proxy, method, arguments) ->
                all.getOrDefault(method.getName(), method.getDefaultValue()));
  }
}
