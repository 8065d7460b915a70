// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.internal.NativeObject;
import dev.onvoid.webrtc.internal.RefCountedObject;
import java.lang.reflect.Field;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A counted reference to a native peer connection beside the one of its Java object.
 *
 * <p>In webrtc-java 0.14.0 closing a connection gives up the address of the native object but not
 * the reference to it, so that it is never freed. We take a reference before and give it back
 * after. Whether that was the last tells whether the library gave back its own; if it was not, we
 * give back that one too. So a version that does it by itself is right as well.
 */
final class NativeReference extends RefCountedObject {
  private static final Logger LOG = LoggerFactory.getLogger(NativeReference.class);
  private static final String HANDLE = "nativeHandle";

  private final Field handle;

  private NativeReference(Field handle) {
    this.handle = handle;
  }

  /** Closes a connection, once, and frees it. No channel of it may be in use any more. */
  static void close(RTCPeerConnection connection) {
    NativeReference ours;
    try {
      ours = of(connection);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("A WebRTC connection is closed, but not freed: this library is another one.", e);
      connection.close();
      return;
    }
    connection.close();
    ours.release();
    if (ours.isThere()) {
      ours.release();
    }
  }

  private static NativeReference of(RTCPeerConnection connection)
      throws ReflectiveOperationException {
    Field handle = NativeObject.class.getDeclaredField(HANDLE);
    handle.setAccessible(true);
    NativeReference made = new NativeReference(handle);
    handle.setLong(made, handle.getLong(connection));
    made.retain();
    return made;
  }

  /** The library clears the address when the last reference is gone. */
  private boolean isThere() {
    try {
      return handle.getLong(this) != 0;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("it was accessible before", e);
    }
  }
}
