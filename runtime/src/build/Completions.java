// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chroniclesync.support.commands.Manual;

/**
 * Writes the completion of bash, zsh and fish and the manual page, from what the script and the
 * prompt say themselves. The build runs it.
 *
 * <p>Arguments: folder of the distribution, which has {@code bin/chroniclesync}; version; time of
 * the build, as ISO 8601 has it.
 */
public final class Completions {
  /** Of the commands that ask a running node, as the script has it. */
  private static final List<Option> OF_ALL =
      List.of(
          new Option("--data", "DIR", "the node's data folder"),
          new Option("--timeout-seconds", "N", "how long an answer may take"),
          new Option("--help", "", "explains the command"));

  private static final Pattern COMMAND = Pattern.compile("  ([a-z]+) {2,}(.*?)(   \\[(.*)])?");
  private static final Pattern OPTION =
      Pattern.compile(" {8,}(--?[a-z-]+)(?: ([A-Z:=]+))?(?:,.*)? {2,}(.*)");
  private static final Pattern OF_MANUAL = Pattern.compile("(--[a-z-]+)(?: ([A-Z]+))? {2,}(.*)");

  private record Option(String name, String argument, String text) {
    boolean takesFolder() {
      return argument.equals("DIR");
    }

    boolean takesFile() {
      return argument.equals("FILE");
    }
  }

  private record Command(
      String name,
      String arguments,
      List<String> words,
      String text,
      List<Option> options,
      List<String> examples) {
    Command with(Option option) {
      return new Command(
          name,
          arguments,
          words,
          text,
          Stream.concat(options.stream(), Stream.of(option)).toList(),
          examples);
    }
  }

  private Completions() {}

  /**
   * Writes the files.
   *
   * @param args as above
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path home = Path.of(args[0]);
    List<Command> processes = processes(home);
    Set<String> taken = processes.stream().map(Command::name).collect(Collectors.toSet());
    // At the prompt start is another command.
    List<Command> asking =
        asking().stream().filter(command -> !taken.contains(command.name())).toList();
    List<Command> all = Stream.concat(processes.stream(), asking.stream()).toList();
    write(home, "share/bash-completion/completions/chroniclesync", bash(all));
    write(home, "share/zsh/site-functions/_chroniclesync", zsh(all));
    write(home, "share/fish/vendor_completions.d/chroniclesync.fish", fish(all));
    write(
        home,
        "share/man/man1/chroniclesync.1",
        manual(processes, asking, args[1], args[2].substring(0, 10)));
  }

  private static void write(Path home, String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  // --- What there is ----------------------------------------------------------------------------

  /** The commands that are a process of their own; only the script knows them. */
  private static List<Command> processes(Path home) throws IOException, InterruptedException {
    Process script =
        new ProcessBuilder("sh", home.resolve("bin/chroniclesync").toString(), "help").start();
    String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (script.waitFor() != 0) {
      throw new IllegalStateException("the script does not explain itself");
    }
    Map<String, Command> commands = new LinkedHashMap<>();
    String last = "";
    for (String line :
        said.substring(0, said.indexOf("These ask a running node")).lines().toList()) {
      Matcher command = COMMAND.matcher(line);
      Matcher option = OPTION.matcher(line);
      if (command.matches()) {
        last = command.group(1);
        commands.put(
            last, new Command(last, "", List.of(), command.group(2), List.of(), List.of()));
        if (command.group(4) != null) {
          add(commands, last, new Option("--data", "DIR", "the node's data folder"));
        }
      } else if (option.matches()) {
        String argument = option.group(2) == null ? "" : option.group(2);
        add(commands, last, new Option(option.group(1), argument, option.group(3)));
      }
    }
    if (commands.isEmpty()) {
      throw new IllegalStateException("no command was found in what the script says");
    }
    return List.copyOf(commands.values());
  }

  private static void add(Map<String, Command> commands, String name, Option option) {
    commands.computeIfPresent(name, (key, command) -> command.with(option));
  }

  private static List<Command> asking() {
    List<Command> commands = new ArrayList<>();
    for (Manual.Page page : Manual.pages()) {
      List<Option> options = new ArrayList<>();
      for (String line : page.options()) {
        Matcher option = OF_MANUAL.matcher(line);
        if (option.matches()) {
          String argument = option.group(2) == null ? "" : option.group(2);
          options.add(new Option(option.group(1), argument, option.group(3)));
        }
      }
      options.addAll(OF_ALL);
      commands.add(
          new Command(
              page.name(),
              page.arguments(),
              page.words(),
              page.summary(),
              options,
              page.examples()));
    }
    return commands;
  }

  // --- Shells -----------------------------------------------------------------------------------

  private static String words(List<Command> all) {
    return all.stream().map(Command::name).collect(Collectors.joining(" "));
  }

  private static String options(Command command) {
    return command.options().stream().map(Option::name).collect(Collectors.joining(" "));
  }

  private static String bash(List<Command> all) {
    StringBuilder text =
        new StringBuilder("# Completion of chroniclesync for bash. Made by the build.\n");
    text.append("_chroniclesync() {\n  local word=${COMP_WORDS[COMP_CWORD]} options= words=\n");
    text.append("  if ((COMP_CWORD == 1)); then\n    COMPREPLY=($(compgen -W \"");
    text.append(words(all)).append("\" -- \"$word\"))\n    return\n  fi\n");
    text.append("  case ${COMP_WORDS[COMP_CWORD - 1]} in\n");
    text.append(
        "    --data | --profile | --secrets) COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n");
    text.append("    --mnemonic-file) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n  esac\n");
    text.append("  case ${COMP_WORDS[1]} in\n");
    for (Command command : all) {
      text.append("    ").append(command.name()).append(") options=\"").append(options(command));
      text.append("\" ;;\n");
    }
    text.append("  esac\n  if ((COMP_CWORD == 2)); then\n    case ${COMP_WORDS[1]} in\n");
    for (Command command : all) {
      if (!command.words().isEmpty()) {
        text.append("      ").append(command.name()).append(") words=\"");
        text.append(String.join(" ", command.words())).append("\" ;;\n");
      }
    }
    text.append("    esac\n  fi\n");
    text.append("  if [[ $word == -* ]]; then\n");
    text.append(
        "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n  elif [[ -n $words ]]; then\n");
    text.append("    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n  fi\n}\n");
    return text + "complete -o default -F _chroniclesync chroniclesync\n";
  }

  private static String zsh(List<Command> all) {
    StringBuilder text = new StringBuilder("#compdef chroniclesync\n# Made by the build.\n\n");
    text.append("_chroniclesync() {\n  local -a commands\n  commands=(\n");
    for (Command command : all) {
      text.append("    '")
          .append(command.name())
          .append(':')
          .append(zsh(command.text()))
          .append("'\n");
    }
    text.append(
        "  )\n  if ((CURRENT == 2)); then\n    _describe command commands\n    return\n  fi\n");
    text.append("  case $words[2] in\n");
    for (Command command : all) {
      text.append("    ").append(command.name()).append(") _arguments");
      for (Option option : command.options()) {
        text.append(" \\\n      '*").append(option.name());
        text.append('[')
            .append(zsh(option.text()))
            .append(']')
            .append(argument(option))
            .append('\'');
      }
      if (!command.words().isEmpty()) {
        text.append(" \\\n      '2:word:(").append(String.join(" ", command.words())).append(")'");
      }
      text.append(" \\\n      '*:word:_files' ;;\n");
    }
    return text + "  esac\n}\n\n_chroniclesync \"$@\"\n";
  }

  private static String argument(Option option) {
    if (option.takesFolder()) {
      return ":folder:_files -/";
    } else if (option.takesFile()) {
      return ":file:_files";
    }
    return option.argument().isEmpty() ? "" : ":" + option.argument().split(":")[0] + ": ";
  }

  private static String zsh(String text) {
    return text.replace("'", "'\\''").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:");
  }

  private static String fish(List<Command> all) {
    StringBuilder text =
        new StringBuilder("# Completion of chroniclesync for fish. Made by the build.\n");
    for (Command command : all) {
      text.append("complete -c chroniclesync -n __fish_use_subcommand -f -a ")
          .append(command.name());
      text.append(" -d '").append(fish(command.text())).append("'\n");
    }
    for (Command command : all) {
      for (String word : command.words()) {
        text.append("complete -c chroniclesync -n '__fish_seen_subcommand_from ");
        text.append(command.name()).append("; and test (count (commandline -opc)) -eq 2' -f -a ");
        text.append(word).append('\n');
      }
      for (Option option : command.options()) {
        if (!option.name().startsWith("--")) {
          continue;
        }
        text.append("complete -c chroniclesync -n '__fish_seen_subcommand_from ");
        text.append(command.name()).append("' -l ").append(option.name().substring(2));
        text.append(option.argument().isEmpty() ? " -f" : option.takesFile() ? " -r" : " -x");
        text.append(option.takesFolder() ? " -a '(__fish_complete_directories)'" : "");
        text.append(" -d '").append(fish(option.text())).append("'\n");
      }
    }
    return text.toString();
  }

  private static String fish(String text) {
    return text.replace("\\", "\\\\").replace("'", "\\'");
  }

  // --- The manual page --------------------------------------------------------------------------

  private static String manual(
      List<Command> processes, List<Command> asking, String version, String date) {
    StringBuilder text = new StringBuilder();
    text.append(".TH CHRONICLESYNC 1 \"").append(date).append("\" \"ChronicleSync ");
    text.append(roff(version)).append("\"\n");
    text.append(".SH NAME\nchroniclesync \\- a browsing history that is the same on all devices\n");
    text.append(".SH SYNOPSIS\n.B chroniclesync\n.I COMMAND\n.RI [ options ]\n");
    text.append(".SH COMMANDS\n");
    processes.forEach(command -> described(text, command));
    text.append(".SH COMMANDS THAT ASK A RUNNING NODE\n");
    text.append("Their words are taken as they are, without a grammar. Options of all of them:\n");
    OF_ALL.forEach(option -> described(text, option));
    asking.forEach(command -> described(text, command));
    text.append(".SH EXIT STATUS\n");
    text.append(".TP\n0\nDone.\n.TP\n2\nThe command line is wrong.\n.TP\n6\n");
    return text
        + "No node is running, or the command failed.\n.PP\nSee docs/operations.md for all of them.\n";
  }

  private static void described(StringBuilder text, Command command) {
    text.append(".SS ")
        .append(roff(command.name() + " " + command.arguments()).strip())
        .append('\n');
    text.append(roff(sentence(command.text()))).append('\n');
    command.options().stream()
        .filter(option -> !OF_ALL.contains(option))
        .forEach(option -> described(text, option));
    if (!command.examples().isEmpty()) {
      text.append(".PP\n.EX\n");
      command
          .examples()
          .forEach(one -> text.append("chroniclesync ").append(roff(one)).append('\n'));
      text.append(".EE\n");
    }
  }

  private static void described(StringBuilder text, Option option) {
    text.append(".TP\n.B ").append(roff((option.name() + " " + option.argument()).strip()));
    text.append('\n').append(roff(sentence(option.text()))).append('\n');
  }

  private static String sentence(String text) {
    String end = text.endsWith(".") ? "" : ".";
    return text.isEmpty() ? "" : Character.toUpperCase(text.charAt(0)) + text.substring(1) + end;
  }

  private static String roff(String text) {
    String safe = text.replace("\\", "\\e").replace("-", "\\-");
    return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
  }
}
