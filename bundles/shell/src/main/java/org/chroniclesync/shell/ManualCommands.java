// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.felix.service.command.Descriptor;
import org.chroniclesync.api.discovery.HandCarried;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Offer and answer, carried by a person. */
@Component(
    service = ManualCommands.class,
    property = {
      "osgi.command.scope=chroniclesync",
      "osgi.command.function=offer",
      "osgi.command.function=answer",
      "osgi.command.function=accept"
    })
public final class ManualCommands {
  /** Longer than the default limit of the bundle, so that its own message is shown. */
  private static final long PATIENCE_SECONDS = 40;

  private final AtomicReference<@Nullable HandCarried> manual = new AtomicReference<>();

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = HandCarried.class)
  void bindManual(HandCarried arriving) {
    manual.set(arriving);
  }

  void unbindManual(HandCarried leaving) {
    manual.compareAndSet(leaving, null);
  }

  /**
   * Makes an offer.
   *
   * @return the text to carry
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor("creates an offer; on the other device, enter answer with the text that this prints")
  public String offer() throws InterruptedException {
    return await(manual().offer());
  }

  /**
   * Answers an offer.
   *
   * @param offer the text that was carried here
   * @return the text to carry back
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor("answers an offer; on the first device, enter accept with the text that this prints")
  public String answer(@Descriptor("the text of the offer") String offer)
      throws InterruptedException {
    return await(manual().answer(offer));
  }

  /**
   * Takes an answer.
   *
   * @param answer the text that was carried back
   * @return what to show
   */
  @Descriptor("accepts an answer and connects; see peers")
  public String accept(@Descriptor("the text of the answer") String answer) {
    manual().accept(answer);
    return "Connecting; see peers.";
  }

  private HandCarried manual() {
    HandCarried present = manual.get();
    if (present == null) {
      throw new IllegalStateException(
          "Connecting by hand is not possible: discovery.manual is not running.");
    }
    return present;
  }

  /** As base64: Gogo would interpret the braces and quotes of JSON. */
  private static String await(CompletionStage<String> text) throws InterruptedException {
    try {
      return encode(text.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS));
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
