// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery;

import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Connects two devices by texts that a person carries: the offer of one to the other, and the
 * other's answer back. Registered as an OSGi service. Safe for any thread; no method blocks.
 *
 * <p>Texts are the JSON of version 1 signals, as existing clients show them. They hold network
 * addresses, so they are for the person's eyes only.
 */
@ProviderType
public interface HandCarried {
  /**
   * What the name of a peer in {@link PeerId#ofNode} begins with while nobody answered this node's
   * offer to it: its real one is not known before it is connected.
   */
  String OFFERED = "~";

  /** The same while nobody accepted this node's answer. */
  String ANSWERED = "!";

  /**
   * Makes an offer. One that still waits for its answer is given up.
   *
   * @return the text to carry; fails with {@link IllegalStateException} if none can be made in time
   * @throws IllegalStateException if the node is in no room
   */
  CompletionStage<String> offer();

  /**
   * Answers an offer.
   *
   * @param offerText the offer, as JSON or base64 of it; white space around it is forgiven
   * @return the text to carry back; fails with {@link IllegalStateException} if none can be made in
   *     time
   * @throws IllegalArgumentException if the text is no offer; says why to a person
   * @throws IllegalStateException if the node is in no room, or too many offers are being answered
   */
  CompletionStage<String> answer(String offerText);

  /**
   * Takes the answer to the last offer. What comes of it shows in the status of the node.
   *
   * @param answerText the answer, as JSON or base64 of it; white space around it is forgiven
   * @throws IllegalArgumentException if the text is no answer; says why to a person
   * @throws IllegalStateException if no offer waits for an answer
   */
  void accept(String answerText);
}
