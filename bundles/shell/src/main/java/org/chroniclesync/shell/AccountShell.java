// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.chroniclesync.api.crypto.AccountWords;
import org.chroniclesync.api.pairing.Pairing;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.support.commands.AccountCommands;
import org.chroniclesync.support.commands.Help;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Who belongs to the account. */
@Component(
    service = AccountShell.class,
    property = {
      "osgi.command.scope=" + Help.SCOPE,
      "osgi.command.function=renew",
      "osgi.command.function=pair",
      "osgi.command.function=join",
      "osgi.command.function=forget"
    })
public final class AccountShell { // public, as Gogo calls it by reflection
  private final AtomicReference<@Nullable Node> node = new AtomicReference<>();
  private final AtomicReference<@Nullable DeviceNames> names = new AtomicReference<>();
  private final AtomicReference<@Nullable Pairing> pairing = new AtomicReference<>();
  private final AtomicReference<@Nullable AccountWords> words = new AtomicReference<>();

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Node.class)
  void bindNode(Node arriving) {
    node.set(arriving);
  }

  void unbindNode(Node leaving) {
    node.compareAndSet(leaving, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = DeviceNames.class)
  void bindNames(DeviceNames arriving) {
    names.set(arriving);
  }

  void unbindNames(DeviceNames leaving) {
    names.compareAndSet(leaving, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Pairing.class)
  void bindPairing(Pairing arriving) {
    pairing.set(arriving);
  }

  void unbindPairing(Pairing leaving) {
    pairing.compareAndSet(leaving, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = AccountWords.class)
  void bindWords(AccountWords arriving) {
    words.set(arriving);
  }

  void unbindWords(AccountWords leaving) {
    words.compareAndSet(leaving, null);
  }

  /**
   * Gives the account new words.
   *
   * @param yes true to do it
   * @return what to show
   */
  @Descriptor(Help.RENEW)
  public String renew(
      @Descriptor(Help.RENEW_YES)
          @Parameter(names = Help.YES_OPTION, presentValue = "true", absentValue = "false")
          boolean yes) {
    return AccountCommands.renew(words.get(), yes);
  }

  /**
   * Shows a code.
   *
   * @param show true for what came of the last one
   * @param stop true to withdraw it
   * @param json true for JSON
   * @return what to show
   */
  @Descriptor(Help.PAIR)
  public String pair(
      @Descriptor(Help.PAIR_SHOW)
          @Parameter(names = Help.SHOW_OPTION, presentValue = "true", absentValue = "false")
          boolean show,
      @Descriptor(Help.PAIR_STOP)
          @Parameter(names = Help.STOP_OPTION, presentValue = "true", absentValue = "false")
          boolean stop,
      @Descriptor(Help.JSON)
          @Parameter(names = Help.JSON_OPTION, presentValue = "true", absentValue = "false")
          boolean json) {
    return AccountCommands.pair(pairing.get(), show, stop, json);
  }

  /**
   * Takes this device into another account.
   *
   * @param file of words, or empty
   * @param code that another device shows
   * @return what to show
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.JOIN)
  public String join(
      @Descriptor(Help.WORDS_FILE) @Parameter(names = Help.WORDS_FILE_OPTION, absentValue = "")
          String file,
      @Descriptor(Help.CODE) String... code)
      throws InterruptedException {
    return AccountCommands.join(pairing.get(), words.get(), file, List.of(code));
  }

  /**
   * Takes a device out of the list.
   *
   * @param device its name or peer id
   * @return what to show
   * @throws InterruptedException if the session was closed meanwhile
   */
  @Descriptor(Help.FORGET)
  public String forget(@Descriptor(Help.FORGOTTEN) String... device) throws InterruptedException {
    return AccountCommands.forget(node.get(), names.get(), List.of(device));
  }
}
