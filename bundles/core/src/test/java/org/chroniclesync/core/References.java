// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/** Service references without a framework. */
public final class References {
  private static final AtomicInteger RANKS = new AtomicInteger();
  private static final AtomicLong IDS = new AtomicLong();

  private References() {}

  /** Makes a reference that outranks those made before it. */
  public static <T> ServiceReference<T> best(Map<String, Object> properties) {
    return of(RANKS.incrementAndGet(), properties);
  }

  /** Makes a reference of a rank. */
  public static ServiceReference<?> ranked(int rank) {
    return of(rank, Map.of());
  }

  /** Makes a reference of a rank, with properties, which may say otherwise. */
  @SuppressWarnings("unchecked")
  public static <T> ServiceReference<T> of(int rank, Map<String, Object> properties) {
    Map<String, Object> all = new HashMap<>();
    all.put(Constants.SERVICE_RANKING, rank);
    all.put(Constants.SERVICE_ID, IDS.incrementAndGet());
    all.putAll(properties);
    return (ServiceReference<T>)
        Proxy.newProxyInstance(
            ServiceReference.class.getClassLoader(),
            new Class<?>[] {ServiceReference.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "getProperty" -> all.get((String) args[0]);
                  case "hashCode" -> rank;
                  case "equals" -> proxy == args[0];
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
