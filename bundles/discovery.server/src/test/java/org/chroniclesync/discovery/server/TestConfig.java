// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.lang.reflect.Proxy;
import java.util.Map;

/** A configuration with the defaults, but for what a test sets. */
final class TestConfig {
  private TestConfig() {}

  static Config of(Map<String, Object> settings) {
    return (Config)
        Proxy.newProxyInstance(
            Config.class.getClassLoader(),
            new Class<?>[] {Config.class},
            (proxy, method, arguments) ->
                settings.getOrDefault(method.getName(), method.getDefaultValue()));
  }
}
