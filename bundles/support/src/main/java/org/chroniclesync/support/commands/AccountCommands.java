// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.chroniclesync.api.crypto.AccountWords;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.pairing.Invitation;
import org.chroniclesync.api.pairing.Pairing;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.support.status.DeviceList;
import org.chroniclesync.support.status.Labels;
import org.jspecify.annotations.Nullable;

/**
 * The commands about who belongs to the account. Each returns what to show, which never is the
 * words, or throws an exception whose message is a sentence for the person.
 */
public final class AccountCommands {
  /** Less than a client waits for an answer; more than two devices take. */
  private static final long PATIENCE_SECONDS = 110;

  /** Two devices that see each other take less. */
  private static final long SOON_SECONDS = 3;

  private static final int SHOWN_CHARS = 60;

  private static final String CONSEQUENCES =
      """
      This device would get new words and leave its account for a new one. Its history stays. Your
      other devices, also the browser extension and the phone app, then get nothing more from it
      until they have the new words, and a device that was lost never does. renew --yes does it.""";

  private static final String RENEWED =
      """
      This device has new words. The old ones open nothing that it sends from now on.
      On each device that you still have: run pair here, and join with its code there. Clients of
      version 1 need the words themselves; the command mnemonic shows them. Write them down anew.
      forget takes a lost device out of the list.""";

  private AccountCommands() {}

  /** Gives the account new words, or says what that would mean. */
  public static String renew(@Nullable AccountWords words, boolean yes) {
    AccountWords of = running(words);
    if (!yes) {
      return CONSEQUENCES;
    }
    of.renew();
    return RENEWED;
  }

  /** Shows a code, or what came of it. */
  public static String pair(@Nullable Pairing pairing, boolean show, boolean stop, boolean json) {
    Pairing by = running(pairing);
    if (stop) {
      by.withdraw();
      return json ? "{\"state\":\"ended\"}" : "No code is good any more.";
    }
    Invitation invitation = show ? by.invitation() : by.invite();
    return json ? Json.invitation(invitation) : shown(invitation);
  }

  private static String shown(@Nullable Invitation invitation) {
    if (invitation == null) {
      return "No code was shown since the start. pair shows one.";
    }
    Invitation.State state = invitation.state();
    if (state instanceof Invitation.State.Given given) {
      return Terminal.safe(given.device(), SHOWN_CHARS) + " has the words now; see peers.";
    }
    if (state instanceof Invitation.State.Ended ended) {
      return Terminal.safe(ended.why(), 400);
    }
    if (state instanceof Invitation.State.Meeting) {
      return "A device has come; see pair --show again in a moment.";
    }
    return "On the other device, run join and enter this code: "
        + invitation.code()
        + "\nThe code is good for one try, until "
        + Times.show(invitation.until())
        + ". Whoever has it gets your words. pair --show tells what came of it.";
  }

  /**
   * Takes this device into another account.
   *
   * @param file of words, or empty
   * @param code the words of a code, as a person may have left blanks in it
   * @param notes told if it takes long
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String join(
      @Nullable Pairing pairing,
      @Nullable AccountWords words,
      String file,
      List<String> code,
      PrintStream notes)
      throws InterruptedException {
    if (file.isBlank() == code.isEmpty()) {
      throw new IllegalArgumentException(
          "Give the code that pair shows on the other device, or --words-file FILE. "
              + Help.TYPED
              + ".");
    }
    if (!code.isEmpty()) {
      String name = await(running(pairing).join(String.join(" ", code)), notes);
      return "This device is in the account of "
          + Terminal.safe(name, SHOWN_CHARS)
          + " now. Its history stays, and is shared there; see peers.";
    }
    char[] phrase = SecretFile.read(file);
    try {
      running(words).replace(phrase);
    } finally {
      Arrays.fill(phrase, '\0');
    }
    return "This device is in the account of these words now. Its history stays, and is shared"
        + " there; see peers.";
  }

  private static String await(CompletionStage<String> joining, PrintStream notes)
      throws InterruptedException {
    CompletableFuture<String> joined = joining.toCompletableFuture();
    try {
      try {
        return joined.get(SOON_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        notes.println("Looking for the device that shows this code, for up to two minutes …");
      }
      return joined.get(PATIENCE_SECONDS - SOON_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "No result after " + PATIENCE_SECONDS + " s; see status for what came of it.", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(String.valueOf(cause.getMessage()), cause);
    }
  }

  /**
   * What is asked of {@code forget}.
   *
   * @param words name or peer id of the device
   * @param withVisits whether its visits are to be deleted, too
   * @param preview whether to show only how many
   * @param yes whether to delete them
   */
  public record Forgotten(List<String> words, boolean withVisits, boolean preview, boolean yes) {
    /** Copies the list. */
    public Forgotten {
      words = List.copyOf(words);
    }
  }

  /**
   * Takes a device out of the list, and its visits out of the history if that is asked.
   *
   * @throws StorageException if the storage could not answer
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String forget(
      @Nullable Node node, @Nullable History history, @Nullable DeviceNames names, Forgotten asked)
      throws StorageException, InterruptedException {
    Node of = NodeCommands.running(node);
    String wanted = String.join(" ", asked.words()).strip();
    PeerId peer = meant(of, history, Labels.of(names, of.status()), wanted);
    String shown = Terminal.safe(wanted, SHOWN_CHARS);
    if (!asked.withVisits()) {
      of.forget(peer);
      return shown
          + " is forgotten. Its visits stay; --with-visits deletes them. While it has the words, it"
          + " can come back; renew keeps it out.";
    }
    HistoryCommands histories = HistoryCommands.of(node, history, names);
    List<DeviceSummary> devices = histories.devicesOf(peer);
    if (devices.isEmpty()) {
      throw new IllegalStateException(
          "Nothing says which visits are of "
              + shown
              + ". Find them with devices, and delete them with delete --device.");
    }
    if (asked.preview()) {
      return histories.shown(devices);
    }
    if (!asked.yes()) {
      throw new IllegalStateException(
          histories.shown(devices)
              + "\nNothing was deleted, and nothing forgotten. Give "
              + Help.YES_OPTION
              + " to do it, or "
              + Help.PREVIEW_OPTION
              + " only to look.");
    }
    List<Deletion> done = DeletionCommands.of(node, history, names, nobody()).deleteOf(devices);
    of.forget(peer);
    return "%s is forgotten. Deleted of it: %s; the other devices follow.%s"
        .formatted(
            shown,
            Counted.of(done.stream().mapToLong(Deletion::visits).sum(), "visit"),
            undoing(done));
  }

  /** Each browser was a deletion of its own. */
  private static String undoing(List<Deletion> done) {
    String numbers =
        done.stream()
            .filter(one -> one.undoUntil() != null)
            .map(one -> "undo " + one.number())
            .collect(Collectors.joining(", "));
    return numbers.isEmpty() ? "" : " To bring them back: " + numbers + ".";
  }

  private static PeerId meant(Node node, @Nullable History history, Labels labels, String wanted)
      throws StorageException, InterruptedException {
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("Name a device of peers --known.");
    }
    List<DeviceSummary> browsers =
        history == null || node.status().store() == null
            ? List.of()
            : new Archive(history).devices();
    return new DeviceList(labels, browsers, node.devices()).node(wanted);
  }

  private static AccountWords running(@Nullable AccountWords words) {
    if (words == null) {
      throw new IllegalStateException(
          "No crypto service is there that keeps the words; see status.");
    }
    return words;
  }

  private static Pairing running(@Nullable Pairing pairing) {
    if (pairing == null) {
      throw new IllegalStateException("Pairing is not possible: the node is not running.");
    }
    return pairing;
  }

  /** Whoever forgets a device is not told how far it is. */
  private static PrintStream nobody() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }
}
