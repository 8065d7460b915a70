// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.lib.webrtc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Stands between native code and a listener. webrtc-java 0.14.0 never gives back its references to
 * the listeners of connections and data channels. If these were of the bundle that uses the
 * library, no update could ever free that bundle's classes; so what native code holds is of this
 * bundle alone, and lets go of the listener when told.
 *
 * <p>Safe for any thread; nothing blocks but the listener itself.
 *
 * @param <T> the listener's interface, whose methods return nothing
 */
public final class Relay<T> {
  private final T front;
  private volatile @Nullable T listener;

  /**
   * Makes a relay.
   *
   * @param type the listener's interface
   * @param listener whom to tell, until {@link #end}
   */
  public Relay(Class<T> type, T listener) {
    this.listener = listener;
    InvocationHandler tell = (front, method, arguments) -> tell(method, arguments);
    this.front =
        type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, tell));
  }

  /**
   * Returns what native code is given for the listener.
   *
   * @return the same at each call
   */
  public T front() {
    return front;
  }

  /** Forgets the listener; what comes from now on is dropped. Doing it again does nothing. */
  public void end() {
    listener = null;
  }

  private @Nullable Object tell(Method method, Object @Nullable [] arguments) throws Throwable {
    if (method.getDeclaringClass() == Object.class) {
      return method.invoke(this, arguments);
    }
    T told = listener;
    if (told != null) {
      try {
        method.invoke(told, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
    return null;
  }
}
