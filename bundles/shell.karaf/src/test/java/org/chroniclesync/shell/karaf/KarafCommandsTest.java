// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.impl.action.command.ManagerImpl;
import org.apache.karaf.shell.impl.console.SessionFactoryImpl;
import org.apache.karaf.shell.support.parsing.CommandLineImpl;
import org.chroniclesync.api.sync.Node;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands in Karaf's own shell, without its container. */
class KarafCommandsTest {
  private static final List<Class<? extends Action>> ACTIONS =
      List.of(
          StatusCommand.class,
          PeersCommand.class,
          HealthCommand.class,
          SyncCommand.class,
          SearchCommand.class,
          DevicesCommand.class,
          HistoryCommand.class,
          WatchAction.class,
          DeleteCommand.class,
          UndoCommand.class,
          DeletionsCommand.class,
          ProfilesCommand.class,
          ImportCommand.class,
          PairCommand.class,
          JoinCommand.class,
          RenewCommand.class,
          ForgetCommand.class,
          RulesCommand.class,
          ServicesCommand.class,
          WhyAction.class,
          PauseCommand.class,
          ResumeCommand.class,
          ExportCommand.class,
          OfferCommand.class,
          OpenCommand.class,
          ShareCommand.class,
          AnswerCommand.class,
          AcceptCommand.class);

  /** In a component of the Gogo shell: one name in an attribute, or a line for each. */
  private static final Pattern FUNCTIONS =
      Pattern.compile("name=\"osgi.command.function\"[^>]*?(?:value=\"([^\"]*)\"|>([^<]*)<)");

  private final KarafServices services = new KarafServices();
  private final ThreadIOImpl threads = new ThreadIOImpl();
  private final SessionFactoryImpl shell = new SessionFactoryImpl(threads);

  @BeforeEach
  void start() {
    threads.start();
    ManagerImpl manager = new ManagerImpl(shell.getRegistry(), shell.getRegistry());
    shell.getRegistry().register(services);
    ACTIONS.forEach(manager::register);
  }

  @AfterEach
  void stop() {
    shell.stop();
    threads.stop();
  }

  @Test
  void bothShellsHaveTheSameCommandsForTheNode() throws Exception {
    assertThat(commands().map(Command::getName))
        .containsExactlyInAnyOrderElementsOf(commandsOfGogo());
  }

  @Test
  void eachCommandExplainsItself() throws Exception {
    for (Command command : commands().toList()) {
      String help = type("chroniclesync:" + command.getName() + " --help");

      assertThat(help)
          .contains("chroniclesync:" + command.getName())
          .contains(command.getDescription());
    }
    assertThat(type("chroniclesync:search --help"))
        .contains("--json", "prints JSON", "--limit", "words", "(20; with --ndjson all)");
  }

  @Test
  void optionsAreCompleted() {
    assertThat(complete("chroniclesync:status --")).contains("--json", "--help");
    assertThat(complete("chroniclesync:peers --k")).contains("--known");
  }

  @Test
  void withoutANodeItSaysSo() {
    assertThatThrownBy(() -> type("chroniclesync:status"))
        .hasMessage("The node is not running; the log says what it waits for.");
    assertThatThrownBy(() -> type("chroniclesync:health")).hasMessageContaining("not running");
    assertThatThrownBy(() -> type("chroniclesync:search x")).hasMessageContaining("No storage");
    assertThatThrownBy(() -> type("chroniclesync:import")).hasMessageContaining("importer");
    assertThatThrownBy(() -> type("chroniclesync:pair")).hasMessageContaining("not running");
    assertThatThrownBy(() -> type("chroniclesync:renew --yes")).hasMessageContaining("words");
    assertThatThrownBy(() -> type("chroniclesync:join 1-a-b")).hasMessageContaining("not running");
    assertThatThrownBy(() -> type("chroniclesync:forget x")).hasMessageContaining("not running");
    assertThatThrownBy(() -> type("chroniclesync:offer")).hasMessageContaining("by hand");
    assertThatThrownBy(() -> type("chroniclesync:share on --port 7750"))
        .hasMessageContaining("no page");
  }

  @Test
  void theNodeThatIsThereIsAsked() throws Exception {
    AtomicInteger syncs = new AtomicInteger();
    services.bindNode(
        (Node)
            Proxy.newProxyInstance(
                Node.class.getClassLoader(),
                new Class<?>[] {Node.class},
                (proxy, method, args) ->
                    switch (method.getName()) {
                      case "syncNow" -> {
                        syncs.incrementAndGet();
                        yield null;
                      }
                      case "hashCode" -> 0;
                      case "equals" -> proxy == args[0];
                      default -> throw new UnsupportedOperationException(method.getName());
                    }));

    assertThat(type("chroniclesync:sync")).isEqualToIgnoringNewLines("Retrying now; see status.");
    assertThat(syncs).hasValue(1);
  }

  @Test
  void anArgumentThatIsNeededIsAskedFor() {
    assertThatThrownBy(() -> type("chroniclesync:answer")).hasMessageContaining("text");
  }

  private Stream<Command> commands() {
    return shell.getRegistry().getCommands().stream()
        .filter(command -> command.getScope().equals("chroniclesync"));
  }

  private List<String> complete(String line) {
    List<String> candidates = new ArrayList<>();
    Command command =
        commands()
            .filter(one -> line.startsWith("chroniclesync:" + one.getName() + " "))
            .findFirst()
            .orElseThrow();
    Session session = session(new ByteArrayOutputStream());
    try {
      command.getCompleter(false).complete(session, atTheEndOf(line), candidates);
    } finally {
      session.close();
    }
    return candidates.stream().map(String::strip).toList();
  }

  /** Where the cursor is while somebody types. */
  private static CommandLine atTheEndOf(String line) {
    String[] words = line.split(" ");
    String last = words[words.length - 1];
    return new CommandLineImpl(words, words.length - 1, last.length(), line.length(), line);
  }

  /** Returns what is printed; what a command returns is nowhere to be seen without a prompt. */
  private String type(String line) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Session session = session(bytes);
    try {
      session.execute(line);
      return bytes.toString(StandardCharsets.UTF_8);
    } finally {
      session.close();
    }
  }

  private Session session(ByteArrayOutputStream bytes) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return shell.create(new ByteArrayInputStream(new byte[0]), out, out);
  }

  /**
   * As the manifest and the descriptions of its components have them, without those for bundles,
   * which Karaf has itself.
   */
  private static Set<String> commandsOfGogo() throws Exception {
    String path = "OSGI-INF/org.chroniclesync.shell.Commands.xml";
    URL known = Objects.requireNonNull(KarafCommandsTest.class.getClassLoader().getResource(path));
    String root = known.toString().replace(path, "");
    Manifest manifest;
    try (InputStream in = new URL(root + "META-INF/MANIFEST.MF").openStream()) {
      manifest = new Manifest(in);
    }
    Set<String> names = new TreeSet<>();
    for (String file : manifest.getMainAttributes().getValue("Service-Component").split(",")) {
      try (InputStream in = new URL(root + file.strip()).openStream()) {
        String xml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        if (xml.contains("value=\"chroniclesync\"")
            && !file.matches(".*(Bundle|Help)Commands?.xml")) {
          FUNCTIONS
              .matcher(xml)
              .results()
              .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
              .flatMap(String::lines)
              .forEach(name -> names.add(name.strip()));
        }
      }
    }
    return names;
  }
}
