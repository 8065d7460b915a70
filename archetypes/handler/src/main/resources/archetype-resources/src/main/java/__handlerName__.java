package ${package};

import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.osgi.service.component.annotations.Component;

/** Answers a message that says "hello". A peer can write what it likes: check before you use it. */
@Component(property = MessageHandler.TYPE_PROPERTY + "=" + ${handlerName}.TYPE)
public final class ${handlerName} implements MessageHandler {
  static final String TYPE = "${messageType}";

  @Override
  public void handle(Session session, Message message) throws Exception {
    if (!(message.payload() instanceof Payload.Other other) || !other.json().equals("\"hello\"")) {
      throw new IllegalArgumentException("this is no " + TYPE);
    }
    session.send(new Payload.Other(TYPE + "-answer", "\"hello to you\""));
  }
}
