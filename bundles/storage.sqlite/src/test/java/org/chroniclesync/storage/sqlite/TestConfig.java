// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;

/** A configuration with the defaults of the annotation, as the component runtime makes it. */
record TestConfig(String file, Map<String, Object> changed) {
  SqliteConfig proxy() {
    Map<String, Object> values = new HashMap<>(changed);
    values.putIfAbsent("file", file);
    return (SqliteConfig)
        Proxy.newProxyInstance(
            SqliteConfig.class.getClassLoader(),
            new Class<?>[] {SqliteConfig.class},
            (proxy, method, arguments) ->
                values.getOrDefault(method.getName(), method.getDefaultValue()));
  }
}
