// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.sync.PeerView.Unasked.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The questions between this device and one peer for each other's view of their attempts: one at a
 * time, and at most one in {@link PeerView#REST} each way. For the loop.
 */
final class Views {
  private final SecureRandom random = new SecureRandom();
  private final List<CompletableFuture<PeerView>> waiting = new ArrayList<>();
  private boolean announced;
  private @Nullable PeerView last;
  private @Nullable Long askedNanos;
  private @Nullable Long toldNanos;
  private int number;

  /** The peer says that it answers. */
  void announced() {
    announced = true;
  }

  /**
   * Somebody wants to know. The answer comes later if the peer is asked, and now if not.
   *
   * @return whether the peer is to be asked
   */
  boolean asks(CompletableFuture<PeerView> answer) {
    if (!announced) {
      answer.complete(new PeerView.Unasked(Reason.CANNOT));
      return false;
    }
    PeerView known = last;
    if (known != null && isRecent(askedNanos)) {
      answer.complete(known);
      return false;
    }
    waiting.add(answer);
    if (waiting.size() > 1) {
      return false;
    }
    askedNanos = System.nanoTime();
    last = null;
    // One that nobody guesses: an answer that was played back fits no other question.
    number = random.nextInt();
    return true;
  }

  /** Returns the number of the question. */
  int number() {
    return number;
  }

  /** Takes an answer. Returns false if it answers nothing. */
  boolean told(int to, List<PeerAttempt> attempts, Instant now) {
    boolean fits = to == number && !waiting.isEmpty();
    if (fits) {
      end(new PeerView.Told(now, attempts));
    }
    return fits;
  }

  /** No answer came to that question, unless one did. */
  void giveUp(int question) {
    if (question == number && !waiting.isEmpty()) {
      end(new PeerView.Silent());
    }
  }

  /** Nothing will come any more. */
  void close() {
    end(new PeerView.Silent());
  }

  private void end(PeerView view) {
    last = view;
    List<CompletableFuture<PeerView>> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(one -> one.complete(view));
  }

  /** Tells whether the peer may be answered now; then it is. */
  boolean mayTell() {
    if (isRecent(toldNanos)) {
      return false;
    }
    toldNanos = System.nanoTime();
    return true;
  }

  private static boolean isRecent(@Nullable Long nanos) {
    return nanos != null && System.nanoTime() - nanos < PeerView.REST.toNanos();
  }
}
