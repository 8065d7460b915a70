/**
 * Channels over libwebrtc data channels.
 *
 * <p>libwebrtc calls back on threads of its own, which must neither wait nor call it again: every
 * callback here only hands over to the transport's thread. That thread owns links and attempts.
 */
@NullMarked
package org.chroniclesync.transport.webrtc;

import org.jspecify.annotations.NullMarked;
