// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.pairing;

import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A code, and what came of it.
 *
 * @param code what a person enters on the other device; of no use once the state is another than
 *     open
 * @param until when it ends by itself
 * @param state what came of it
 */
@ProviderType
public record Invitation(String code, Instant until, State state) {
  /** What came of a code. */
  @ProviderType
  public sealed interface State {
    /** Nobody has entered it. */
    @ProviderType
    record Open() implements State {}

    /** Somebody has entered something; whether it was the code is not known yet. */
    @ProviderType
    record Meeting() implements State {}

    /**
     * Another device has the words.
     *
     * @param device its name, without control characters
     */
    @ProviderType
    record Given(String device) implements State {}

    /**
     * It has ended, and is of no use any more.
     *
     * @param why a sentence for a person, with what to do
     */
    @ProviderType
    record Ended(String why) implements State {}
  }

  /** Returns nothing of the code, which is secret while it is open. */
  @Override
  public String toString() {
    return "Invitation[until=" + until + ", state=" + state + "]";
  }
}
