// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.HistoryCommands;
import org.chroniclesync.support.commands.Lines;
import org.chroniclesync.support.commands.NodeCommands;
import org.chroniclesync.support.commands.WatchCommand;
import org.chroniclesync.support.commands.WhyCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What a person asks of a node. There also while the node is not, to say so. */
@Component(
    service = Commands.class,
    property = {
      "osgi.command.scope=" + Help.SCOPE,
      "osgi.command.function=status",
      "osgi.command.function=peers",
      "osgi.command.function=why",
      "osgi.command.function=sync",
      "osgi.command.function=search",
      "osgi.command.function=devices",
      "osgi.command.function=history",
      "osgi.command.function=watch"
    })
public final class Commands { // public, as Gogo calls it by reflection
  private static final String DEFAULT_LIMIT = "" + Help.DEFAULT_LIMIT;
  private final ShellServices services;

  /**
   * Makes them.
   *
   * @param services what they ask
   */
  @Activate
  public Commands(@Reference ShellServices services) {
    this.services = services;
  }

  /**
   * Shows the state of the node.
   *
   * @param json true for JSON
   * @return what to show
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.STATUS)
  public String status(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json)
      throws InterruptedException {
    return NodeCommands.status(
        services.node(),
        services.browsers(),
        services.names(),
        services.history(),
        services.page(),
        json);
  }

  /**
   * Lists the other devices in the room, or all that ever were.
   *
   * @param json true for JSON
   * @param known true for all that ever proved that they belong to the account
   * @return what to show
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.PEERS)
  public String peers(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.KNOWN)
          @Parameter(names = Help.KNOWN_OPTION, presentValue = "true", absentValue = "false")
          boolean known)
      throws InterruptedException {
    return NodeCommands.peers(services.node(), services.names(), json, known);
  }

  /**
   * Says why a device is not connected.
   *
   * @param json true for JSON
   * @param device its name or peer id; nothing if there is only one
   * @return what to show
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.WHY)
  public String why(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.WHY_DEVICE) String... device)
      throws InterruptedException {
    return WhyCommand.why(services.node(), services.names(), json, List.of(device));
  }

  /**
   * Retries waiting connections now.
   *
   * @return what to show
   */
  @Descriptor(Help.SYNC)
  public String sync() {
    return NodeCommands.sync(services.node());
  }

  /**
   * Searches the history.
   *
   * @param session who asks
   * @param json true for JSON
   * @param ndjson true for lines of JSON
   * @param limit how many at most
   * @param more the continuation of the same search, or empty
   * @param words what to look for
   * @return what to show
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.SEARCH)
  public String search(
      CommandSession session,
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.NDJSON)
          @Parameter(names = Help.NDJSON_OPTION, presentValue = "true", absentValue = "false")
          boolean ndjson,
      @Descriptor(Help.MAX_RESULTS)
          @Parameter(names = Help.LIMIT_OPTION, absentValue = HistoryCommands.NO_LIMIT)
          String limit,
      @Descriptor(Help.MORE) @Parameter(names = Help.MORE_OPTION, absentValue = "") String more,
      @Descriptor(Help.WORDS) String... words)
      throws StorageException, InterruptedException {
    return ndjson
        ? historyCommands().streamSearch(lines(session), limit, more, List.of(words))
        : historyCommands().search(json, HistoryCommands.limit(limit), more, List.of(words));
  }

  /**
   * Lists the devices and how much each recorded, or gives one a name.
   *
   * @param json true for JSON
   * @param words nothing, or what to rename
   * @return what to show
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.DEVICES)
  public String devices(
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.DEVICE_WORDS) String... words)
      throws StorageException, InterruptedException {
    return historyCommands().devices(services.names(), json, List.of(words));
  }

  /**
   * Lists the newest visits.
   *
   * @param session who asks
   * @param json true for JSON
   * @param ndjson true for lines of JSON
   * @param limit how many at most
   * @param after since when, or empty
   * @param before until when, or empty
   * @param page only visits to this address, or empty
   * @return what to show
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.HISTORY)
  public String history(
      CommandSession session,
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor(Help.NDJSON)
          @Parameter(names = Help.NDJSON_OPTION, presentValue = "true", absentValue = "false")
          boolean ndjson,
      @Descriptor(Help.MAX_VISITS)
          @Parameter(names = Help.LIMIT_OPTION, absentValue = HistoryCommands.NO_LIMIT)
          String limit,
      @Descriptor(Help.AFTER) @Parameter(names = Help.AFTER_OPTION, absentValue = "") String after,
      @Descriptor(Help.BEFORE) @Parameter(names = Help.BEFORE_OPTION, absentValue = "")
          String before,
      @Descriptor(Help.PAGE) @Parameter(names = Help.PAGE_OPTION, absentValue = "") String page)
      throws StorageException, InterruptedException {
    return ndjson
        ? historyCommands().stream(lines(session), limit, after, before, page)
        : historyCommands().history(json, HistoryCommands.limit(limit), after, before, page);
  }

  /**
   * Shows visits and states as they come.
   *
   * @param session who asks
   * @param ndjson true for lines of JSON
   * @return nothing
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.WATCH)
  public String watch(
      CommandSession session,
      @Descriptor(Help.NDJSON)
          @Parameter(names = Help.NDJSON_OPTION, presentValue = "true", absentValue = "false")
          boolean ndjson)
      throws InterruptedException {
    return WatchCommand.watch(
        services.node(), services.history(), services.names(), ndjson, lines(session));
  }

  private static Lines lines(CommandSession session) {
    return new Lines(session.getConsole(), Notes.of(session));
  }

  private HistoryCommands historyCommands() throws InterruptedException {
    return HistoryCommands.of(services.node(), services.history(), services.names());
  }
}
