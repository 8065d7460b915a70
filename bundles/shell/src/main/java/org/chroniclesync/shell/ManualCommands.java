// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.support.commands.HandCarriedCommands;
import org.chroniclesync.support.commands.Help;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

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
  private final ShellServices services;

  /**
   * Makes them.
   *
   * @param services what they ask
   */
  @Activate
  public ManualCommands(@Reference ShellServices services) {
    this.services = services;
  }

  /**
   * Makes an offer.
   *
   * @param qr true to draw it as well
   * @return the text to carry
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.OFFER)
  public String offer(
      @Descriptor(Help.QR)
          @Parameter(names = Help.QR_OPTION, presentValue = "true", absentValue = "false")
          boolean qr)
      throws InterruptedException {
    return HandCarriedCommands.offer(services.handCarried(), qr);
  }

  /**
   * Answers an offer.
   *
   * @param qr true to draw the answer as well
   * @param offer the text that was carried here
   * @return the text to carry back
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.ANSWER)
  public String answer(
      @Descriptor(Help.QR)
          @Parameter(names = Help.QR_OPTION, presentValue = "true", absentValue = "false")
          boolean qr,
      @Descriptor(Help.OFFER_TEXT) String offer)
      throws InterruptedException {
    return HandCarriedCommands.answer(services.handCarried(), qr, offer);
  }

  /**
   * Takes an answer.
   *
   * @param answer the text that was carried back
   * @return what to show
   */
  @Descriptor(Help.ACCEPT)
  public String accept(@Descriptor(Help.ANSWER_TEXT) String answer) {
    return HandCarriedCommands.accept(services.handCarried(), answer);
  }
}
