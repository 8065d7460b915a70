// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.util.Map;

/** Makes a component as the component runtime does: with its configuration, else the defaults. */
final class Components {
  private Components() {}

  /**
   * @throws IllegalStateException if the component does not start
   */
  static <T> T make(Class<T> type, Map<String, Object> configuration) {
    for (Constructor<?> constructor : type.getConstructors()) {
      Class<?>[] parameters = constructor.getParameterTypes();
      if (parameters.length == 1 && parameters[0].isAnnotation()) {
        try {
          return type.cast(constructor.newInstance(configured(parameters[0], configuration)));
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(type + " does not start with " + configuration, e);
        }
      }
    }
    throw new IllegalStateException(type + " has no constructor with a configuration");
  }

  private static Object configured(Class<?> type, Map<String, Object> configuration) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) ->
            configuration.getOrDefault(method.getName(), method.getDefaultValue()));
  }
}
