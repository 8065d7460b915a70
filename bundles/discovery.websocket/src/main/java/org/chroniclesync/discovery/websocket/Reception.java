// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of messages together, within a bound. The next message is asked for only when the
 * one before was dealt with; see {@link Guest#message}.
 */
final class Reception implements WebSocket.Listener {
  /** Who is told. Called by threads of the client, one call at a time; must return at once. */
  interface Guest {
    void opened(WebSocket line);

    /** The guest asks for the next one by {@code line.request(1)}. */
    void message(WebSocket line, String text);

    void alive();

    void closed(int code, String reason);

    void ended(Trouble trouble);
  }

  private final int maxBytes;
  private final Settings settings;
  private final Guest guest;
  private final StringBuilder text = new StringBuilder();
  private final ByteArrayOutputStream binary = new ByteArrayOutputStream();

  Reception(Settings settings, Guest guest) {
    this.maxBytes = settings.maxMessageBytes();
    this.settings = settings;
    this.guest = guest;
  }

  @Override
  public void onOpen(WebSocket line) {
    guest.opened(line);
    line.request(1);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket line, CharSequence part, boolean last) {
    // A character takes at least a byte, so this is never stricter than the limit says.
    if (text.length() + part.length() > maxBytes) {
      tooLarge(line);
      return null;
    }
    text.append(part);
    if (last) {
      String whole = text.toString();
      text.setLength(0);
      guest.message(line, whole);
    } else {
      line.request(1);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket line, ByteBuffer part, boolean last) {
    if (binary.size() + part.remaining() > maxBytes) {
      tooLarge(line);
      return null;
    }
    byte[] bytes = new byte[part.remaining()];
    part.get(bytes);
    binary.writeBytes(bytes);
    if (last) {
      String whole = binary.toString(UTF_8);
      binary.reset();
      guest.message(line, whole);
    } else {
      line.request(1);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket line, ByteBuffer payload) {
    guest.alive();
    line.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket line, ByteBuffer payload) {
    guest.alive();
    line.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket line, int code, String reason) {
    guest.closed(code, reason);
    return null;
  }

  @Override
  public void onError(WebSocket line, Throwable error) {
    guest.ended(Trouble.of(error, settings.url()));
  }

  private void tooLarge(WebSocket line) {
    line.abort();
    guest.ended(Trouble.tooLarge(maxBytes));
  }
}
