// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.chroniclesync.runtime.ControlClient.Answer;
import org.chroniclesync.support.commands.Manual;
import org.jspecify.annotations.Nullable;

/** Connects to a running node, for one command or a prompt. */
final class Shell {
  private static final String PROMPT = "chroniclesync> ";
  private static final String GOGO = "gogo";
  private static final String OPEN = "open";
  private static final Set<String> LEAVE = Set.of("exit", "quit");

  private static final String TIMEOUT = "--timeout-seconds";

  /** Commands that take paths, which begin where this process was started, not the node. */
  private static final Set<String> OF_FILES = Set.of("import", "export");

  private static final String JOIN = "join";
  private static final String DIRECTORY = "--directory";
  private static final Set<String> OWN = Set.of("--data", TIMEOUT);
  private static final int DEFAULT_TIMEOUT_SECONDS = 120;

  private final Path data;
  private final Arguments arguments;
  private final List<String> words;
  private final @Nullable String line;
  private final Duration patience;

  /** A prompt, or the line that follows {@code -c}. */
  Shell(List<String> args) throws ExitException {
    this(new Arguments(args, Set.of("--data", "-c", TIMEOUT), Set.of()), List.of());
    if (!arguments.rest().isEmpty()) {
      throw new ExitException(
          Exit.USAGE,
          "Give the command without shell before it, such as: chroniclesync "
              + String.join(" ", arguments.rest()));
    }
  }

  private Shell(Arguments arguments, List<String> words) throws ExitException {
    this.arguments = arguments;
    this.words = List.copyOf(words);
    String given = arguments.last("--data");
    data = given == null ? Launcher.defaultData(Role.NODE) : Path.of(given);
    line = arguments.last("-c");
    patience = Duration.ofSeconds(arguments.number(TIMEOUT, DEFAULT_TIMEOUT_SECONDS, 1, 86_400));
  }

  /**
   * One command, each of whose words is what it is. Only {@code --data} and {@code
   * --timeout-seconds} before {@code --} are for this process.
   */
  static Shell command(List<String> args) throws ExitException {
    List<String> own = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      if (arg.equals("--")) {
        words.addAll(args.subList(i + 1, args.size()));
        break;
      }
      if (OWN.contains(arg)) {
        own.addAll(args.subList(i, Math.min(i + 2, args.size())));
        i++;
      } else {
        words.add(arg);
      }
    }
    return new Shell(new Arguments(own, OWN, Set.of()), words);
  }

  Exit run() throws ExitException {
    try (ControlClient client = new ControlClient(DataFolder.socket(data), patience)) {
      if (words.size() == 2 && words.equals(List.of(JOIN, "--words"))) {
        return typed(client);
      }
      if (SharePassword.isAsked(words)) {
        return new SharePassword(client, data).run(words);
      }
      if (words.equals(List.of(JOIN))) {
        return once(() -> client.run(List.of(JOIN, code(standardInput()))));
      }
      if (!words.isEmpty()) {
        if (Tty.isPresent() && Deleting.asks(words)) {
          return Deleting.ask(words, client::run, standardInput());
        }
        if (Tty.isPresent() && words.equals(List.of(OPEN))) {
          return once(() -> opened(client.run(words)));
        }
        return once(() -> streamed(listener -> client.run(placed(), listener)));
      }
      String once = line;
      return once == null ? prompt(standardInput(), client, data) : once(() -> client.run(once));
    } catch (ControlClient.RefusedException e) {
      throw new ExitException(Exit.COMMAND, String.valueOf(e.getMessage()));
    } catch (ControlClient.SilentException e) {
      throw new ExitException(
          Exit.COMMAND,
          "The node in "
              + data
              + " does not answer. It is very busy or hangs. If it stays silent, end its process and"
              + " start it again.");
    } catch (IOException e) {
      String manual = manual();
      if (!manual.isEmpty()) {
        System.out.println(manual);
        return Exit.STOPPED;
      }
      throw new ExitException(
          Exit.COMMAND,
          "No node is running in "
              + data
              + ". Start one with the command start, or name its folder with --data.");
    }
  }

  /** What a command does can be read without a node; a command of somebody else's only with one. */
  private String manual() throws ExitException {
    List<String> names =
        words.size() > 1 && words.get(0).equals("help")
            ? words.subList(1, words.size())
            : words.size() == 2 && words.get(1).equals("--help") ? words.subList(0, 1) : List.of();
    try {
      return names.stream().map(Manual::of).collect(Collectors.joining("\n\n"));
    } catch (IllegalArgumentException e) {
      throw new ExitException(Exit.COMMAND, String.valueOf(e.getMessage()));
    }
  }

  /**
   * The words are no argument, which others can see, and no request, which a node could log: they
   * go by a file that only the owner can read, for a moment.
   */
  private Exit typed(ControlClient client) throws ExitException {
    char[] typed =
        Tty.isPresent()
            ? Secrets.line(System.in, System.err, "The 24 words (they are not shown): ")
            : Secrets.all(System.in);
    try (Mnemonic mnemonic = Mnemonic.typed(typed)) {
      Path folder = Files.createTempDirectory(data.toAbsolutePath(), ".join");
      Path file = folder.resolve("words");
      try {
        mnemonic.write(file);
        return once(() -> client.run(List.of(JOIN, "--words-file", file.toString())));
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new ExitException(
          Exit.DATA, "The words cannot be handed over: " + e.getMessage() + ".");
    }
  }

  /** The link is the first line of the answer. */
  static Answer opened(Answer answer) {
    if (answer.ok()) {
      Browser.open(answer.text().lines().findFirst().orElse(""));
    }
    return answer;
  }

  /** Whoever lists processes sees arguments, and with the code the words could be taken. */
  private static String code(BufferedReader lines) throws IOException {
    if (Tty.isPresent()) {
      System.err.print("The code that pair shows on the other device: ");
      System.err.flush();
    }
    String code = lines.readLine();
    return code == null ? "" : code.strip();
  }

  private List<String> placed() {
    List<String> placed = new ArrayList<>(words);
    if (OF_FILES.contains(words.get(0)) && !words.contains("--help")) {
      placed.addAll(1, List.of(DIRECTORY, Path.of("").toAbsolutePath().toString()));
    }
    return placed;
  }

  private static Answer streamed(Streaming request) throws IOException {
    Streamed streamed = new Streamed();
    Answer answer = request.run(streamed);
    return streamed.any ? streamed.end(answer) : answer;
  }

  private interface Streaming {
    Answer run(ControlClient.Listener listener) throws IOException;
  }

  /** Whoever read the output has gone, as head does. */
  private static final class UnreadException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** A long answer: goes out as it comes, line by line. */
  private static final class Streamed implements ControlClient.Listener {
    private boolean any;

    @Override
    public void output(byte[] bytes) throws IOException {
      any = true;
      System.out.write(bytes);
      if (System.out.checkError()) {
        throw new UnreadException();
      }
    }

    @Override
    public void note(String text) {
      System.err.print(text);
    }

    /** Of a command that failed, the last line says why; the lines before are what it printed. */
    private Answer end(Answer rest) {
      if (rest.ok()) {
        return rest;
      }
      int last = rest.text().lastIndexOf('\n') + 1;
      System.out.print(rest.text().substring(0, last));
      System.out.flush();
      return new Answer(false, rest.text().substring(last));
    }
  }

  /** One request and its answer. */
  interface Request {
    Answer run() throws IOException;
  }

  static Exit once(Request request) throws ExitException {
    try {
      Answer answer = request.run();
      if (!answer.text().isEmpty()) {
        (answer.ok() ? System.out : System.err).println(shown(answer.text()));
      }
      return answer.ok() ? Exit.STOPPED : Exit.COMMAND;
    } catch (UnreadException e) {
      return Exit.STOPPED;
    } catch (IOException e) {
      throw new ExitException(Exit.COMMAND, unanswered(e));
    }
  }

  /** The colours of a picture are for a terminal. */
  private static String shown(String text) {
    return Tty.isPresent() ? text : text.replaceAll("\u001b\\[[0-9;]*m", "");
  }

  private static String unanswered(IOException e) {
    return e instanceof ControlClient.SilentException
        ? "No answer: "
            + e.getMessage()
            + ". The command may still run. Give it more time with "
            + TIMEOUT
            + " N."
        : "No answer: the node has stopped or closed the session.";
  }

  /** Reads lines from the terminal until the input or the session ends. */
  static Exit prompt(Path data) throws IOException {
    try (ControlClient client =
        new ControlClient(DataFolder.socket(data), Duration.ofSeconds(DEFAULT_TIMEOUT_SECONDS))) {
      return prompt(standardInput(), client, data);
    }
  }

  private static BufferedReader standardInput() {
    return new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
  }

  private static Exit prompt(BufferedReader lines, ControlClient client, Path data)
      throws IOException {
    boolean person = Tty.isPresent();
    String before = "";
    String line = next(lines, person, before);
    while (line != null && (!LEAVE.contains(line.strip()) || !before.isEmpty())) {
      if (line.strip().equals(GOGO)) {
        before = GOGO + " ";
      } else if (LEAVE.contains(line.strip())) {
        before = "";
      } else if (person && before.isEmpty() && Deleting.asks(words(line))) {
        Deleting.askLine(line, client::run, lines);
      } else if (person && before.isEmpty() && SharePassword.isAsked(words(line))) {
        password(words(line), client, data);
      } else if (before.isEmpty() && line.strip().equals(JOIN)) {
        String code = code(lines);
        if (!show(client, JOIN + " " + code)) {
          return Exit.COMMAND;
        }
      } else if (!line.isBlank() && !show(client, before + line)) {
        return Exit.COMMAND;
      }
      line = next(lines, person, before);
    }
    if (person) {
      System.out.println();
    }
    return Exit.STOPPED;
  }

  private static List<String> words(String line) {
    return List.of(line.strip().split("\\s+"));
  }

  private static void password(List<String> words, ControlClient client, Path data) {
    try {
      new SharePassword(client, data).run(words);
    } catch (ExitException e) {
      System.err.println(e.getMessage());
    }
  }

  /** Returns false if the session is over. */
  private static boolean show(ControlClient client, String line) {
    try {
      String text = streamed(listener -> client.run(line, listener)).text();
      if (!text.isEmpty()) {
        System.out.println(text);
      }
      return true;
    } catch (IOException e) {
      System.err.println(unanswered(e));
      return false;
    }
  }

  private static @Nullable String next(BufferedReader lines, boolean person, String before)
      throws IOException {
    if (person) {
      System.out.print(before + PROMPT);
      System.out.flush();
    }
    return lines.readLine();
  }
}
