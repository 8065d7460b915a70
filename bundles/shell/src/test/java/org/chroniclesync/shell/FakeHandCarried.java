// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.chroniclesync.api.discovery.HandCarried;
import org.jspecify.annotations.Nullable;

/** Hands out a text full of characters that a shell would read, and keeps what it is given. */
final class FakeHandCarried implements HandCarried {
  static final String OFFER =
      "{\"type\":\"offer\",\"sdp\":\"v=0\\r\\n$(stop 0) ; | > 'x' ümlaut\"}";

  volatile @Nullable RuntimeException failure;
  volatile String answered = "";
  volatile String accepted = "";

  @Override
  public CompletionStage<String> offer() {
    RuntimeException why = failure;
    return why == null
        ? CompletableFuture.completedFuture(OFFER)
        : CompletableFuture.failedFuture(why);
  }

  @Override
  public CompletionStage<String> answer(String offerText) {
    answered = offerText;
    return CompletableFuture.completedFuture(OFFER);
  }

  @Override
  public void accept(String answerText) {
    accepted = answerText;
  }
}
