// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCIceTransportPolicy;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.media.audio.AudioDeviceModule;
import dev.onvoid.webrtc.media.audio.AudioLayer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * libwebrtc, loaded when it is first needed, with one factory for all connections: a factory has
 * three threads of its own. On the transport's thread only, but for {@link #received}.
 *
 * <p>In webrtc-java 0.14.0 the thread that hands out received frames keeps a hundred bytes of each
 * for as long as it lives. So a factory is replaced when it handed out many and no connection needs
 * it.
 */
final class Library {
  /** What these leave behind is about 1 MB. */
  static final int MANY_FRAMES = 10_000;

  private final Fence fence = new Fence();
  private final AtomicLong frames = new AtomicLong();
  private int open;
  private @Nullable AudioDeviceModule audio;
  private @Nullable PeerConnectionFactory factory;

  /** libwebrtc cannot be used here; the message says what to do. */
  static final class Missing extends Exception {
    private static final long serialVersionUID = 1L;

    Missing(String message, Throwable cause) {
      super(message, cause);
    }
  }

  RTCPeerConnection connection(Settings settings, boolean proven, PeerConnectionObserver observer)
      throws Missing {
    List<IceServer> servers = settings.iceServers();
    RTCConfiguration configuration = new RTCConfiguration();
    servers.forEach(server -> configuration.iceServers.add(server.at(Instant.now())));
    if (settings.relayOnly()) {
      configuration.iceTransportPolicy = RTCIceTransportPolicy.RELAY;
    }
    // Else libwebrtc takes each connection for one that may still have a relay to find.
    configuration.portAllocatorConfig.setDisableRelay(
        servers.stream().noneMatch(IceServer::relays));
    if (!proven) {
      // No port for TCP, so no connection to what a stranger lists, whoever may list it.
      configuration.portAllocatorConfig.setDisableTcp(true);
    }
    RTCPeerConnection made = create(factory(), configuration, observer);
    open++;
    return made;
  }

  private static RTCPeerConnection create(
      PeerConnectionFactory from, RTCConfiguration configuration, PeerConnectionObserver observer)
      throws Missing {
    try {
      return from.createPeerConnection(configuration, observer);
    } catch (RuntimeException | Error e) {
      throw new Missing("WebRTC makes no further connection; restart the node if this goes on", e);
    }
  }

  /** Through which all calls of the library go. */
  Fence fence() {
    return fence;
  }

  /** Closes a connection, once, and frees it. No channel of it may be in use any more. */
  void close(RTCPeerConnection connection) {
    fence.run(() -> NativeReference.close(connection));
    open--;
    if (open == 0 && frames.get() >= MANY_FRAMES) {
      dispose();
    }
  }

  /** Counts a received frame. For any thread. */
  void received() {
    frames.incrementAndGet();
  }

  private PeerConnectionFactory factory() throws Missing {
    PeerConnectionFactory made = factory;
    if (made == null) {
      made = load();
      factory = made;
    }
    return made;
  }

  private PeerConnectionFactory load() throws Missing {
    try {
      // Without this module libwebrtc looks for a sound card, and where there is none it aborts
      // the whole process.
      AudioDeviceModule dummy = new AudioDeviceModule(AudioLayer.kDummyAudio);
      audio = dummy;
      return new PeerConnectionFactory(dummy);
    } catch (RuntimeException | Error e) {
      throw new Missing(
          "WebRTC cannot be loaded on this machine ("
              + rootMessage(e)
              + "). On Debian and Ubuntu: apt-get install libpulse0 libx11-6 libxfixes3 libxrandr2"
              + " libxcomposite1 libdbus-1-3 libudev1",
          e);
    }
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** After all connections are closed. Waits for the threads of the factory to end. */
  void dispose() {
    frames.set(0);
    PeerConnectionFactory made = factory;
    factory = null;
    if (made != null) {
      fence.run(made::dispose);
    }
    AudioDeviceModule dummy = audio;
    audio = null;
    if (dummy != null) {
      fence.run(dummy::dispose);
    }
  }
}
