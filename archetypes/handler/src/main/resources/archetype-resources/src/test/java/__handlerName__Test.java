package ${package};

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.testkits.handler.MessageHandlerContract;
import org.chroniclesync.testkits.handler.RecordingSession;
import org.junit.jupiter.api.Test;

/** The rules of every handler come from the kit; below is what is special to this one. */
class ${handlerName}Test extends MessageHandlerContract {
  private static final Payload HELLO = new Payload.Other(${handlerName}.TYPE, "\"hello\"");
  private static final Payload ANSWER =
      new Payload.Other(${handlerName}.ANSWER, "\"hello to you\"");

  private final ${handlerName} handler = new ${handlerName}();
  private final RecordingSession session = RecordingSession.withNode("peer");

  @Override
  protected Provided provide() {
    return new Provided(
        new ${handlerName}(),
        Set.of(${handlerName}.TYPE, ${handlerName}.ANSWER),
        List.of(HELLO, ANSWER));
  }

  @Test
  void saysHelloToANode() throws Exception {
    session.open(handler);
    assertThat(session.sent()).containsExactly(HELLO);
  }

  @Test
  void saysNothingToAClientOfVersion1() throws Exception {
    RecordingSession client = RecordingSession.withClient("client");
    client.open(handler);
    assertThat(client.sent()).isEmpty();
  }

  @Test
  void answers() throws Exception {
    session.open(handler);
    session.deliver(handler, HELLO);
    assertThat(session.sent()).containsExactly(HELLO, ANSWER);
  }

  @Test
  void knowsWhoIsThere() throws Exception {
    session.open(handler);
    assertThat(handler.greeted()).isEmpty();
    session.deliver(handler, ANSWER);
    assertThat(handler.greeted()).containsExactly("peer");
    session.close(handler);
    assertThat(handler.greeted()).isEmpty();
  }
}
