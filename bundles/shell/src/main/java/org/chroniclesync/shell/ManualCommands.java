// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.felix.service.command.Descriptor;
import org.chroniclesync.api.discovery.HandCarried;
import org.chroniclesync.support.commands.HandCarriedCommands;
import org.chroniclesync.support.commands.Help;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Offer and answer, carried by a person. */
@Component(
    service = ManualCommands.class,
    property = {
      "osgi.command.scope=" + Help.SCOPE,
      "osgi.command.function=offer",
      "osgi.command.function=answer",
      "osgi.command.function=accept"
    })
public final class ManualCommands {
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
  @Descriptor(Help.OFFER)
  public String offer() throws InterruptedException {
    return HandCarriedCommands.offer(manual.get());
  }

  /**
   * Answers an offer.
   *
   * @param offer the text that was carried here
   * @return the text to carry back
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.ANSWER)
  public String answer(@Descriptor(Help.OFFER_TEXT) String offer) throws InterruptedException {
    return HandCarriedCommands.answer(manual.get(), offer);
  }

  /**
   * Takes an answer.
   *
   * @param answer the text that was carried back
   * @return what to show
   */
  @Descriptor(Help.ACCEPT)
  public String accept(@Descriptor(Help.ANSWER_TEXT) String answer) {
    return HandCarriedCommands.accept(manual.get(), answer);
  }
}
