// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The entry point. The first word is the command. */
public final class Launcher {
  private Launcher() {}

  /**
   * Runs one command to its end.
   *
   * @param args {@code node}, {@code discovery}, {@code shell}, {@code command}, {@code mcp},
   *     {@code mnemonic}, {@code demo} or {@code sample}, then its options
   */
  public static void main(String[] args) {
    Exit exit = run(Arrays.asList(args));
    Exit.silence();
    System.exit(exit.code());
  }

  private static Exit run(List<String> args) {
    try {
      return dispatch(args);
    } catch (ExitException e) {
      removeMade();
      System.err.println(e.getMessage());
      return e.exit();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Exit.STOPPED;
    } catch (Exception e) {
      e.printStackTrace();
      return Exit.UNEXPECTED;
    }
  }

  /**
   * The script makes the folder for temporary files where Java needs it, with those above it. If
   * the start is refused, there is nothing in them.
   */
  private static void removeMade() {
    String from = System.getProperty("chroniclesync.made.from");
    String to = System.getProperty("chroniclesync.made.to");
    if (from == null || to == null) {
      return;
    }
    try {
      Path folder = Path.of(to);
      while (folder != null && folder.startsWith(from)) {
        Files.delete(folder);
        folder = folder.getParent();
      }
    } catch (IOException e) {
      return; // something is in it: the process was past the point where it makes nothing
    }
  }

  private static Exit dispatch(List<String> args) throws Exception {
    if (args.isEmpty()) {
      throw new ExitException(
          Exit.USAGE, "Name a command: node, discovery, shell, mcp, mnemonic or demo.");
    }
    Letters.require(args);
    List<String> rest = args.subList(1, args.size());
    return switch (args.get(0)) {
      case "node" -> new Instance(Role.NODE, rest).run();
      case "discovery" -> new Instance(Role.DISCOVERY, rest).run();
      case "shell" -> new Shell(rest).run();
      case "command" -> Shell.command(rest).run();
      case "mcp" -> new Assistant(rest).run();
      case "mnemonic" -> new Phrase(rest).run();
      case "demo" -> new Demo(rest).run();
      case "sample" -> new Sample(rest).run();
      default -> throw new ExitException(Exit.USAGE, "Unknown command " + args.get(0) + ".");
    };
  }

  /** The folder of the distribution, which the script names. */
  static Path distribution() throws ExitException {
    String path = System.getProperty("chroniclesync.dist");
    if (path == null) {
      throw new ExitException(Exit.USAGE, "chroniclesync.dist is not set; use ./chroniclesync.");
    }
    return Path.of(path);
  }

  /** Where a role keeps its data unless told otherwise. */
  static Path defaultData(Role role) {
    return Path.of(System.getProperty("user.home"), role.defaultFolder());
  }
}
