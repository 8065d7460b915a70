// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Payload.Reconcile;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.testkits.handler.MessageHandlerContract;
import org.chroniclesync.testkits.handler.RecordingSession;
import org.junit.jupiter.api.Test;

class ReconcileHandlerTest extends MessageHandlerContract {
  private static final FeedId FEED = new FeedId("feed");
  private static final Payload WISH = new Reconcile(Reconcile.Step.WISH, FEED, 0, List.of());
  private static final Payload TURN =
      new Reconcile(
          Reconcile.Step.TURN, FEED, 1, List.of(new Reconcile.Listed(Bound.END, List.of())));

  @Override
  protected Provided provide() {
    return new Provided(
        new ReconcileHandler(), Set.of(Payload.Reconcile.TYPE), List.of(WISH, TURN));
  }

  @Test
  void handsEachTurnToTheSession() throws Exception {
    RecordingSession session = RecordingSession.withNode("peer");
    session.deliver(new ReconcileHandler(), WISH);
    session.deliver(new ReconcileHandler(), TURN);
    assertThat(session.uses())
        .containsExactly(
            new RecordingSession.Use("compare", List.of(WISH)),
            new RecordingSession.Use("compare", List.of(TURN)));
  }
}
