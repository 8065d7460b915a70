// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.time.Duration;
import java.util.function.Supplier;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.base.Guard;
import org.chroniclesync.core.base.Late;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/**
 * A message handler that is made after the node, because it may itself need the history. Until it
 * can be made it counts as one that is not there. Safe for any thread.
 */
final class LateHandler {
  /** How long one that could not be made is left alone: messages may come by the thousand. */
  private static final Duration TRY_AGAIN = Duration.ofSeconds(30);

  private final String name;
  private final Late<MessageHandler> handler;
  private final FailureLog failures;

  /** When it can be tried again, in {@link System#nanoTime}; null unless it failed. */
  private volatile @Nullable Long againNanos;

  LateHandler(
      ServiceReference<MessageHandler> reference,
      Supplier<? extends @Nullable MessageHandler> maker,
      FailureLog failures) {
    this.name = "The message handler " + name(reference);
    this.handler = new Late<>(maker);
    this.failures = failures;
  }

  private static String name(ServiceReference<?> reference) {
    Object component = reference.getProperty("component.name");
    return component == null
        ? "for " + String.join(", ", MessageHandlers.types(reference))
        : component.toString();
  }

  /** Tells whether it could be made, and says it where it could not. */
  boolean isMade() {
    return made() != null;
  }

  private @Nullable MessageHandler made() {
    Long again = againNanos;
    if (again != null && System.nanoTime() - again < 0) {
      return null;
    }
    MessageHandler made = make();
    againNanos = made == null ? System.nanoTime() + TRY_AGAIN.toNanos() : null;
    return made;
  }

  private @Nullable MessageHandler make() {
    try {
      MessageHandler made = handler.get();
      if (made == null) {
        failures.add(name + ' ' + failed().cause() + ' ' + failed().remedy());
      }
      return made;
    } catch (RuntimeException | Error e) {
      failures.add(Guard.sentence(name, e), e);
      return null;
    }
  }

  /** What there is to say of one that could not be made. */
  Part.Failed failed() {
    return new Part.Failed(
        "could not be made; its messages are ignored until it can.",
        "The log has the cause. Update, restart or remove its bundle.");
  }

  void opened(Session session) throws Exception {
    there().opened(session);
  }

  void closed(Session session) {
    there().closed(session);
  }

  void handle(Session session, Message message) throws Exception {
    there().handle(session, message);
  }

  private MessageHandler there() {
    MessageHandler made = made();
    if (made == null) {
      throw new IllegalStateException(name + " could not be made");
    }
    return made;
  }

  /** For a person. */
  @Override
  public String toString() {
    return name;
  }
}
