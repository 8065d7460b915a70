// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.chroniclesync.api.discovery.HandCarried;
import org.chroniclesync.support.carried.CompactSignal;
import org.chroniclesync.support.qr.QrCode;
import org.jspecify.annotations.Nullable;

/** Offer and answer, carried by a person. */
public final class HandCarriedCommands {
  /** Longer than the default limit of the bundle, so that its own message is shown. */
  private static final long PATIENCE_SECONDS = 40;

  private HandCarriedCommands() {}

  /**
   * Makes an offer.
   *
   * @param qr true to draw it as well, for the camera of another device
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String offer(@Nullable HandCarried manual, boolean qr) throws InterruptedException {
    return shown(await(running(manual).offer()), qr);
  }

  /**
   * Answers an offer.
   *
   * @param qr true to draw the answer as well
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String answer(@Nullable HandCarried manual, boolean qr, String offer)
      throws InterruptedException {
    return shown(await(running(manual).answer(offer)), qr);
  }

  /** Takes an answer. */
  public static String accept(@Nullable HandCarried manual, String answer) {
    running(manual).accept(answer);
    return "Connecting; see peers.";
  }

  private static HandCarried running(@Nullable HandCarried manual) {
    if (manual == null) {
      throw new IllegalStateException(
          "Connecting by hand is not possible: discovery.manual is not running.");
    }
    return manual;
  }

  /** As base64: a shell would interpret the braces and quotes of JSON. */
  private static String shown(String text, boolean qr) {
    String base64 = encode(text);
    return qr
        ? base64 + "\n\n" + QrCode.picture(QrCode.rows(CompactSignal.of(text))).stripTrailing()
        : base64;
  }

  private static String await(CompletionStage<String> text) throws InterruptedException {
    try {
      return text.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("No result after " + PATIENCE_SECONDS + " s; try again.", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(String.valueOf(cause.getMessage()), cause);
    }
  }

  private static String encode(String text) {
    return Base64.getEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
