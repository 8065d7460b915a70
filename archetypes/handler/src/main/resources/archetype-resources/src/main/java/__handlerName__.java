package ${package};

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.osgi.service.component.annotations.Component;

/**
 * Says "hello" to each node, and answers those that say it. A peer can write what it likes: check
 * before you use it.
 */
@Component(
    service = {MessageHandler.class, ${handlerName}.class},
    property = {
      MessageHandler.TYPE_PROPERTY + "=" + ${handlerName}.TYPE,
      MessageHandler.TYPE_PROPERTY + "=" + ${handlerName}.ANSWER
    })
public final class ${handlerName} implements MessageHandler {
  static final String TYPE = "${messageType}";
  static final String ANSWER = "${messageType}-answer";

  /** Those in which the peer has shown that it has this handler, too. */
  private final Set<Session> greeted = ConcurrentHashMap.newKeySet();

  @Override
  public void opened(Session session) throws Exception {
    // A client of version 1 knows no types but its own.
    if (session.version() >= 2) {
      session.send(new Payload.Other(TYPE, "\"hello\""));
    }
  }

  @Override
  public void handle(Session session, Message message) throws Exception {
    if (is(message, TYPE, "\"hello\"")) {
      session.send(new Payload.Other(ANSWER, "\"hello to you\""));
    } else if (!is(message, ANSWER, "\"hello to you\"")) {
      throw new IllegalArgumentException("not a message of " + TYPE);
    }
    greeted.add(session);
  }

  @Override
  public void closed(Session session) {
    greeted.remove(session);
  }

  /** Returns the names of the peers that have this handler and are connected. */
  public List<String> greeted() {
    return greeted.stream().map(session -> session.peer().value()).sorted().toList();
  }

  private static boolean is(Message message, String type, String json) {
    return message.payload() instanceof Payload.Other other
        && other.type().equals(type)
        && other.json().equals(json);
  }
}
