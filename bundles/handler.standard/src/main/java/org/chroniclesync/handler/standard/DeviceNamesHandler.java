// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.MessageHandler;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Session;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Keeps the names of devices, and exchanges them with the other nodes: all of them when a session
 * begins, and each change when it comes. Nodes that hear of a change pass it on, so that it comes
 * to those that are never connected with the one where it was made.
 */
@Component(
    service = {MessageHandler.class, DeviceNames.class, PartReporter.class},
    property = MessageHandler.TYPE_PROPERTY + "=" + Payload.DeviceNames.TYPE,
    configurationPid = DeviceNamesHandler.PID)
@Designate(ocd = DeviceNamesHandler.Config.class)
public final class DeviceNamesHandler implements MessageHandler, DeviceNames, PartReporter {
  static final String PID = "org.chroniclesync.handler.standard";

  private static final String NONE = "";

  /** What can be configured. */
  @ObjectClassDefinition(
      name = "ChronicleSync device names",
      description = "What this computer is called on your other devices.")
  public @interface Config {
    /**
     * The name of this computer.
     *
     * @return the name, or nothing
     */
    @AttributeDefinition(
        description =
            "The name of this computer, at most 100 characters. Without one it is the host's.",
        required = false)
    String computer() default NONE;
  }

  private final DeviceId self;
  private final KnownNames names;
  private final String computer;
  private final Clock clock;
  private final Map<Session, NamesLine> lines = new ConcurrentHashMap<>();

  /**
   * Makes the handler.
   *
   * @param history where the names are noted
   * @param identity who this node is
   * @param config the configuration
   * @throws IllegalArgumentException if a value is outside its range
   */
  @Activate
  public DeviceNamesHandler(
      @Reference History history, @Reference Identity identity, Config config) {
    this(history, identity.self(), Computer.of(config), Clock.systemUTC());
  }

  DeviceNamesHandler(History history, PeerId self, String computer, Clock clock) {
    this.self = new DeviceId(self.value());
    this.names = new KnownNames(history, clock);
    this.computer = computer;
    this.clock = clock;
  }

  // --- The conversation -------------------------------------------------------------------------

  @Override
  public void opened(Session session) throws Exception {
    // A client of version 1 knows no types but its own.
    if (session.version() < 2) {
      return;
    }
    tell(self, NONE);
    // Before it is sent: what changes meanwhile is told by the line.
    lines.put(session, new NamesLine(session));
    session.send(new Payload.DeviceNames(List.copyOf(names.all().values()), true));
  }

  @Override
  public void closed(Session session) {
    NamesLine line = lines.remove(session);
    if (line != null) {
      line.close();
    }
  }

  @Override
  public void handle(Session session, Message message) throws Exception {
    if (message.payload() instanceof Payload.DeviceNames theirs) {
      pass(names.learn(theirs.names()), session);
      if (theirs.asks()) {
        List<DeviceName> lacks = lackedBy(theirs.names());
        if (!lacks.isEmpty()) {
          session.send(new Payload.DeviceNames(lacks, false));
        }
      }
    }
  }

  private List<DeviceName> lackedBy(List<DeviceName> theirs)
      throws StorageException, InterruptedException {
    List<DeviceName> lacked = new ArrayList<>(names.all().values());
    lacked.removeAll(theirs);
    return lacked;
  }

  private void pass(Collection<DeviceName> changed, @Nullable Session from) {
    if (!changed.isEmpty()) {
      lines.forEach(
          (session, line) -> {
            if (session != from) {
              line.tell(changed);
            }
          });
    }
  }

  // --- The names --------------------------------------------------------------------------------

  @Override
  public String computer() {
    return computer;
  }

  @Override
  public Map<DeviceId, DeviceName> all() throws StorageException, InterruptedException {
    return names.all();
  }

  @Override
  public void tell(DeviceId device, String profile) throws StorageException, InterruptedException {
    String shown = cut(profile);
    pass(
        names.change(
            device,
            before ->
                before.computer().equals(computer) && before.profile().equals(shown)
                    ? before
                    : new DeviceName(
                        device,
                        computer,
                        shown,
                        Math.max(clock.millis(), before.toldAtMillis() + 1),
                        before.name(),
                        before.namedAtMillis())));
  }

  @Override
  public void rename(DeviceId device, String name) throws StorageException, InterruptedException {
    if (!names.all().containsKey(device) && names.isFull()) {
      throw new IllegalArgumentException(
          MAX_DEVICES + " devices have names already; no more can be given one.");
    }
    pass(
        names.change(
            device,
            before ->
                before.name().equals(name)
                    ? before
                    : new DeviceName(
                        device,
                        before.computer(),
                        before.profile(),
                        before.toldAtMillis(),
                        name,
                        Math.max(clock.millis(), before.namedAtMillis() + 1))));
  }

  private void pass(@Nullable DeviceName changed) {
    if (changed != null) {
      pass(List.of(changed), null);
    }
  }

  /** A browser's or an operating system's text as a name. */
  static String cut(String text) {
    String shown = text.replaceAll("\\p{Cc}", "").strip();
    if (shown.length() <= DeviceName.MAX_CHARS) {
      return shown;
    }
    boolean splits = Character.isHighSurrogate(shown.charAt(DeviceName.MAX_CHARS - 1));
    return shown.substring(0, DeviceName.MAX_CHARS - (splits ? 1 : 0));
  }

  // --- The component ----------------------------------------------------------------------------

  @Override
  public List<Part> parts() {
    return names.isFull()
        ? List.of(
            new Part(
                "names",
                NONE,
                new Part.Degraded(
                    MAX_DEVICES + " devices have names; further ones are shown without.",
                    "Nothing need be done.")))
        : List.of();
  }

  @Deactivate
  void stop() {
    lines.keySet().forEach(this::closed);
  }
}
