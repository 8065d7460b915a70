// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.page.Page;
import org.chroniclesync.api.page.Sharing;
import org.chroniclesync.support.qr.QrCode;
import org.jspecify.annotations.Nullable;

/**
 * The page for other devices in the house. Each returns what to show, or throws an exception whose
 * message is a sentence for the person.
 */
public final class ShareCommands {
  private static final String ON = "on";
  private static final String OFF = "off";
  private static final String PASSWORD = "password";
  private static final String END = "end";

  /** What needs no other word. */
  private static final Set<String> ALONE = Set.of("", ON, OFF, PASSWORD);

  private static final int SHOWN_CHARS = 200;
  private static final int GROUP_CHARS = 4;
  private static final int LINE_CHARS = 32;

  private ShareCommands() {}

  /**
   * What is asked.
   *
   * @param words on, off, password, end and whom; none to look
   * @param port 0 if none is given
   * @param passwordFile a path, or empty
   * @param json whether to answer in JSON
   */
  public record Asked(List<String> words, int port, String passwordFile, boolean json) {
    /** Copies the list. */
    public Asked {
      words = List.copyOf(words);
    }
  }

  /**
   * Does what is asked.
   *
   * @throws IllegalArgumentException if nobody understands it
   * @throws IllegalStateException if there is no page, or it cannot be shared
   */
  public static String share(@Nullable Page page, Asked asked) {
    if (page == null) {
      throw new IllegalStateException("There is no page: start the bundle org.chroniclesync.web.");
    }
    Sharing sharing = page.sharing();
    String done = act(sharing, asked);
    Sharing.State state = sharing.state();
    if (asked.json()) {
      return Json.share(state);
    }
    return (done + "\n" + text(state)).strip();
  }

  private static String act(Sharing sharing, Asked asked) {
    List<String> words = asked.words();
    String first = words.isEmpty() ? "" : words.get(0);
    boolean understood =
        words.size() > 1 ? words.size() == 2 && first.equals(END) : ALONE.contains(first);
    if (!understood
        || (asked.port() != 0 && !first.equals(ON))
        || (first.equals(PASSWORD) && asked.passwordFile().isEmpty())) {
      throw new IllegalArgumentException(Manual.usage("share"));
    }
    String done = "";
    if (!asked.passwordFile().isEmpty()) {
      setPassword(sharing, asked.passwordFile());
      done = "The password is set. Whoever had signed in signs in anew.\n";
    }
    switch (first) {
      case ON -> sharing.turnOn(asked.port());
      case OFF -> sharing.turnOff();
      case END -> end(sharing, words.get(1));
      default -> {
        // To look, or to set the password.
      }
    }
    return done;
  }

  private static void setPassword(Sharing sharing, String file) {
    char[] read = SecretFile.read(file);
    int length = read.length;
    while (length > 0 && (read[length - 1] == '\n' || read[length - 1] == '\r')) {
      length--;
    }
    char[] password = Arrays.copyOf(read, length);
    Arrays.fill(read, '\0');
    try {
      sharing.setPassword(password);
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  private static void end(Sharing sharing, String whom) {
    if (whom.equals("all")) {
      sharing.endAll();
    } else if (!sharing.end(whom)) {
      throw new IllegalArgumentException(
          "No browser with the id "
              + Terminal.safe(whom, SHOWN_CHARS)
              + " has signed in; see share.");
    }
  }

  /** One line for the state of the node, or nothing if nobody wants it to be shared. */
  static String line(Sharing.State state) {
    if (!state.on()) {
      return "";
    }
    return state.addresses().isEmpty()
        ? "is to be shared with other devices, and is not; see share"
        : "shared with other devices at %s, %d signed in; see share"
            .formatted(state.addresses().get(0), state.guests().size());
  }

  private static String text(Sharing.State state) {
    StringBuilder text = new StringBuilder();
    String trouble = state.trouble();
    if (trouble != null) {
      text.append(Terminal.safe(trouble, SHOWN_CHARS)).append('\n');
    }
    List<URI> addresses = state.addresses();
    if (addresses.isEmpty()) {
      text.append(
          state.on()
              ? "The page is not shared yet. It is tried again by itself."
              : state.hasPassword()
                  ? "The page is for this computer only. share on lets other devices in."
                  : "The page is for this computer only, and has no password. share password sets"
                      + " one; then share on lets other devices in.");
    } else {
      text.append(QrCode.picture(state.picture()));
      text.append("Open this on the other device: ").append(addresses.get(0)).append('\n');
      if (addresses.size() > 1) {
        text.append("or one of these:");
        addresses.subList(1, addresses.size()).forEach(one -> text.append("\n  ").append(one));
        text.append('\n');
      }
      text.append(
          """
          Its browser warns that nobody vouches for the certificate, which this node has made. Show the
          certificate there, and go on only if its SHA-256 fingerprint is this:
          """);
      text.append(groups(String.valueOf(state.fingerprint())));
    }
    guests(state, text);
    return text.toString();
  }

  private static void guests(Sharing.State state, StringBuilder text) {
    if (!state.guests().isEmpty()) {
      text.append("\nSigned in, to be ended by share end ID:");
      state
          .guests()
          .forEach(
              guest ->
                  text.append("\n  ")
                      .append(guest.id())
                      .append("  ")
                      .append(Terminal.safe(guest.browser(), SHOWN_CHARS))
                      .append(", ")
                      .append(guest.address())
                      .append(", since ")
                      .append(Times.show(guest.since()))
                      .append(", last ")
                      .append(Times.show(guest.seen())));
    }
  }

  /** As a person compares it: groups of four digits, eight to a line. */
  private static String groups(String fingerprint) {
    return fingerprint
        .replaceAll("(.{" + LINE_CHARS + "})(?=.)", "$1\n")
        .lines()
        .map(line -> "  " + line.replaceAll("(.{" + GROUP_CHARS + "})(?=.)", "$1 "))
        .reduce((one, other) -> one + "\n" + other)
        .orElse("");
  }
}
