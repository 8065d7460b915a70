// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.services;

import java.util.concurrent.atomic.AtomicReference;
import org.chroniclesync.api.crypto.AccountWords;
import org.chroniclesync.api.crypto.Mnemonics;
import org.chroniclesync.api.discovery.HandCarried;
import org.chroniclesync.api.exporter.HistoryExport;
import org.chroniclesync.api.importer.BrowserImport;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.pairing.Pairing;
import org.chroniclesync.api.rules.Pause;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.SharedServices;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * What the shells and the page ask, each of them null while it is not there. Each bundle that shows
 * the node to a person has a component of its own, of a class that extends this one.
 */
public abstract class NodeServices {
  private final AtomicReference<@Nullable Node> node = new AtomicReference<>();
  private final AtomicReference<@Nullable History> history = new AtomicReference<>();
  private final AtomicReference<@Nullable DeviceNames> names = new AtomicReference<>();
  private final AtomicReference<@Nullable Rules> rules = new AtomicReference<>();
  private final AtomicReference<@Nullable SharedServices> services = new AtomicReference<>();
  private final AtomicReference<@Nullable Pause> pause = new AtomicReference<>();
  private final AtomicReference<@Nullable BrowserImport> browsers = new AtomicReference<>();
  private final AtomicReference<@Nullable FileImport> fileImport = new AtomicReference<>();
  private final AtomicReference<@Nullable HistoryExport> export = new AtomicReference<>();
  private final AtomicReference<@Nullable Pairing> pairing = new AtomicReference<>();
  private final AtomicReference<@Nullable AccountWords> words = new AtomicReference<>();
  private final AtomicReference<@Nullable Mnemonics> mnemonics = new AtomicReference<>();
  private final AtomicReference<@Nullable HandCarried> handCarried = new AtomicReference<>();

  /** Returns the node, or null. */
  public final @Nullable Node node() {
    return node.get();
  }

  /** Takes the node. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Node.class)
  public final void bindNode(Node arriving) {
    node.set(arriving);
  }

  /** Lets go of the node, unless another came before. */
  public final void unbindNode(Node leaving) {
    node.compareAndSet(leaving, null);
  }

  /** Returns the history, or null. */
  public final @Nullable History history() {
    return history.get();
  }

  /** Takes the history. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = History.class)
  public final void bindHistory(History arriving) {
    history.set(arriving);
  }

  /** Lets go of the history, unless another came before. */
  public final void unbindHistory(History leaving) {
    history.compareAndSet(leaving, null);
  }

  /** Returns the names of devices, or null. */
  public final @Nullable DeviceNames names() {
    return names.get();
  }

  /** Takes the names of devices. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = DeviceNames.class)
  public final void bindNames(DeviceNames arriving) {
    names.set(arriving);
  }

  /** Lets go of the names of devices, unless another came before. */
  public final void unbindNames(DeviceNames leaving) {
    names.compareAndSet(leaving, null);
  }

  /** Returns the rules, or null. */
  public final @Nullable Rules rules() {
    return rules.get();
  }

  /** Takes the rules. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Rules.class)
  public final void bindRules(Rules arriving) {
    rules.set(arriving);
  }

  /** Lets go of the rules, unless another came before. */
  public final void unbindRules(Rules leaving) {
    rules.compareAndSet(leaving, null);
  }

  /** Returns the discovery services that all devices use, or null. */
  public final @Nullable SharedServices services() {
    return services.get();
  }

  /** Takes the discovery services that all devices use. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = SharedServices.class)
  public final void bindServices(SharedServices arriving) {
    services.set(arriving);
  }

  /** Lets go of the discovery services that all devices use, unless others came before. */
  public final void unbindServices(SharedServices leaving) {
    services.compareAndSet(leaving, null);
  }

  /** Returns what pauses the import, or null. */
  public final @Nullable Pause pause() {
    return pause.get();
  }

  /** Takes what pauses the import. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Pause.class)
  public final void bindPause(Pause arriving) {
    pause.set(arriving);
  }

  /** Lets go of what pauses the import, unless another came before. */
  public final void unbindPause(Pause leaving) {
    pause.compareAndSet(leaving, null);
  }

  /** Returns what imports browsers, or null. */
  public final @Nullable BrowserImport browsers() {
    return browsers.get();
  }

  /** Takes what imports browsers. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = BrowserImport.class)
  public final void bindBrowsers(BrowserImport arriving) {
    browsers.set(arriving);
  }

  /** Lets go of what imports browsers, unless another came before. */
  public final void unbindBrowsers(BrowserImport leaving) {
    browsers.compareAndSet(leaving, null);
  }

  /** Returns what imports files, or null. */
  public final @Nullable FileImport fileImport() {
    return fileImport.get();
  }

  /** Takes what imports files. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = FileImport.class)
  public final void bindFileImport(FileImport arriving) {
    fileImport.set(arriving);
  }

  /** Lets go of what imports files, unless another came before. */
  public final void unbindFileImport(FileImport leaving) {
    fileImport.compareAndSet(leaving, null);
  }

  /** Returns what exports, or null. */
  public final @Nullable HistoryExport export() {
    return export.get();
  }

  /** Takes what exports. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = HistoryExport.class)
  public final void bindExport(HistoryExport arriving) {
    export.set(arriving);
  }

  /** Lets go of what exports, unless another came before. */
  public final void unbindExport(HistoryExport leaving) {
    export.compareAndSet(leaving, null);
  }

  /** Returns what gives the words away, or null. */
  public final @Nullable Pairing pairing() {
    return pairing.get();
  }

  /** Takes what gives the words away. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Pairing.class)
  public final void bindPairing(Pairing arriving) {
    pairing.set(arriving);
  }

  /** Lets go of what gives the words away, unless another came before. */
  public final void unbindPairing(Pairing leaving) {
    pairing.compareAndSet(leaving, null);
  }

  /** Returns what keeps the words, or null. */
  public final @Nullable AccountWords words() {
    return words.get();
  }

  /** Takes what keeps the words. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = AccountWords.class)
  public final void bindWords(AccountWords arriving) {
    words.set(arriving);
  }

  /** Lets go of what keeps the words, unless another came before. */
  public final void unbindWords(AccountWords leaving) {
    words.compareAndSet(leaving, null);
  }

  /** Returns what checks words, or null. */
  public final @Nullable Mnemonics mnemonics() {
    return mnemonics.get();
  }

  /** Takes what checks words. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Mnemonics.class)
  public final void bindMnemonics(Mnemonics arriving) {
    mnemonics.set(arriving);
  }

  /** Lets go of what checks words, unless another came before. */
  public final void unbindMnemonics(Mnemonics leaving) {
    mnemonics.compareAndSet(leaving, null);
  }

  /** Returns offers by hand, or null. */
  public final @Nullable HandCarried handCarried() {
    return handCarried.get();
  }

  /** Takes offers by hand. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = HandCarried.class)
  public final void bindHandCarried(HandCarried arriving) {
    handCarried.set(arriving);
  }

  /** Lets go of offers by hand, unless another came before. */
  public final void unbindHandCarried(HandCarried leaving) {
    handCarried.compareAndSet(leaving, null);
  }
}
