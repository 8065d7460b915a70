package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.message.Hello;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.testkits.handler.MessageHandlerContract;
import org.chroniclesync.testkits.handler.RecordingSession;
import org.junit.jupiter.api.Test;

/** The rules of every handler come from the kit; below is what is special to this one. */
class ${handlerName}Test extends MessageHandlerContract {
  private static final Payload GOOD = new Payload.Other(${handlerName}.TYPE, "\"hello\"");

  @Override
  protected Provided provide() {
    return new Provided(new ${handlerName}(), Set.of(${handlerName}.TYPE), List.of(GOOD));
  }

  @Test
  void answers() throws Exception {
    RecordingSession session =
        new RecordingSession(
            new PeerId("peer"), new Hello(1, new FeedId("feed")), RecordingSession.Failure.NONE);
    new ${handlerName}().handle(session, new Message(GOOD, "somebody", 1));
    assertThat(session.sent())
        .containsExactly(new Payload.Other(${handlerName}.TYPE + "-answer", "\"hello to you\""));
  }
}
