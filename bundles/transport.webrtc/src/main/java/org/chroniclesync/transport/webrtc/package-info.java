/**
 * Channels over libwebrtc data channels.
 *
 * <p>libwebrtc calls back on threads of its own, which must neither wait nor call it again: every
 * callback here only hands over to the transport's thread. That thread owns links and attempts.
 *
 * <p>The bundle requires the native library, which only the fragment for this machine provides:
 * where there is none the bundle does not resolve, and its service never shows up.
 */
@NullMarked
@Requirement(namespace = "org.chroniclesync.native", filter = "(library=webrtc)")
package org.chroniclesync.transport.webrtc;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Requirement;
