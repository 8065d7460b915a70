// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.List;
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
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.jspecify.annotations.Nullable;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.MetaTypeService;

/**
 * The parts of the node as they come and go. Public only because the component runtime makes it.
 */
@Component(service = Services.class)
public final class Services {
  private static final String SEE_PARTS = "Start it again under Parts.";

  private final AtomicReference<@Nullable Node> node = new AtomicReference<>();
  private final AtomicReference<@Nullable History> history = new AtomicReference<>();
  private final AtomicReference<@Nullable DeviceNames> names = new AtomicReference<>();
  private final AtomicReference<@Nullable Rules> rules = new AtomicReference<>();
  private final AtomicReference<@Nullable Pause> pause = new AtomicReference<>();
  private final AtomicReference<@Nullable BrowserImport> browsers = new AtomicReference<>();
  private final AtomicReference<@Nullable FileImport> fileImport = new AtomicReference<>();
  private final AtomicReference<@Nullable HistoryExport> export = new AtomicReference<>();
  private final AtomicReference<@Nullable Pairing> pairing = new AtomicReference<>();
  private final AtomicReference<@Nullable AccountWords> words = new AtomicReference<>();
  private final AtomicReference<@Nullable Mnemonics> mnemonics = new AtomicReference<>();
  private final AtomicReference<@Nullable HandCarried> handCarried = new AtomicReference<>();
  private final AtomicReference<@Nullable ConfigurationAdmin> configurations =
      new AtomicReference<>();
  private final AtomicReference<@Nullable MetaTypeService> metatypes = new AtomicReference<>();

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
      service = History.class)
  void bindHistory(History arriving) {
    history.set(arriving);
  }

  void unbindHistory(History leaving) {
    history.compareAndSet(leaving, null);
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
      service = Rules.class)
  void bindRules(Rules arriving) {
    rules.set(arriving);
  }

  void unbindRules(Rules leaving) {
    rules.compareAndSet(leaving, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Pause.class)
  void bindPause(Pause arriving) {
    pause.set(arriving);
  }

  void unbindPause(Pause leaving) {
    pause.compareAndSet(leaving, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = BrowserImport.class)
  void bindBrowsers(BrowserImport arriving) {
    browsers.set(arriving);
  }

  void unbindBrowsers(BrowserImport leaving) {
    browsers.compareAndSet(leaving, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = FileImport.class)
  void bindFileImport(FileImport arriving) {
    fileImport.set(arriving);
  }

  void unbindFileImport(FileImport leaving) {
    fileImport.compareAndSet(leaving, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = HistoryExport.class)
  void bindExport(HistoryExport arriving) {
    export.set(arriving);
  }

  void unbindExport(HistoryExport leaving) {
    export.compareAndSet(leaving, null);
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

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = Mnemonics.class)
  void bindMnemonics(Mnemonics arriving) {
    mnemonics.set(arriving);
  }

  void unbindMnemonics(Mnemonics leaving) {
    mnemonics.compareAndSet(leaving, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = HandCarried.class)
  void bindHandCarried(HandCarried arriving) {
    handCarried.set(arriving);
  }

  void unbindHandCarried(HandCarried leaving) {
    handCarried.compareAndSet(leaving, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = ConfigurationAdmin.class)
  void bindConfigurations(ConfigurationAdmin arriving) {
    configurations.set(arriving);
  }

  void unbindConfigurations(ConfigurationAdmin leaving) {
    configurations.compareAndSet(leaving, null);
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      service = MetaTypeService.class)
  void bindMetatypes(MetaTypeService arriving) {
    metatypes.set(arriving);
  }

  void unbindMetatypes(MetaTypeService leaving) {
    metatypes.compareAndSet(leaving, null);
  }

  Node node() {
    return running(node);
  }

  History history() {
    return running(history);
  }

  DeviceNames names() {
    return required(
        names,
        "Names of devices cannot be kept: org.chroniclesync.handler.standard is not running.");
  }

  Rules rules() {
    return required(rules, "There are no rules: org.chroniclesync.account is not running.");
  }

  Pause pause() {
    return required(pause, "The import cannot pause: org.chroniclesync.account is not running.");
  }

  BrowserImport browsers() {
    return required(
        browsers,
        "Browsers are not imported: org.chroniclesync.importer.browser is not running or has no configuration.");
  }

  FileImport fileImport() {
    return required(fileImport, "Files cannot be read: org.chroniclesync.files is not running.");
  }

  HistoryExport export() {
    return required(export, "Files cannot be written: org.chroniclesync.files is not running.");
  }

  Pairing pairing() {
    return required(pairing, "Devices cannot be paired: org.chroniclesync.core is not running.");
  }

  AccountWords words() {
    return required(
        words,
        "The words are not available: org.chroniclesync.crypto.bouncycastle is not running.");
  }

  Mnemonics mnemonics() {
    return required(
        mnemonics,
        "Words cannot be checked: org.chroniclesync.crypto.bouncycastle is not running.");
  }

  HandCarried handCarried() {
    return required(
        handCarried,
        "Devices cannot be connected by hand: org.chroniclesync.discovery.manual is not running.");
  }

  ConfigurationAdmin configurations() {
    return required(configurations, "Settings cannot be changed: there is no ConfigurationAdmin.");
  }

  MetaTypeService metatypes() {
    return required(metatypes, "Settings are not described: there is no MetaTypeService.");
  }

  @Nullable Node nodeOrNull() {
    return node.get();
  }

  @Nullable History historyOrNull() {
    return history.get();
  }

  @Nullable DeviceNames namesOrNull() {
    return names.get();
  }

  private final DeviceCounts counts = new DeviceCounts();

  /** The devices that recorded visits, by id. */
  List<DeviceSummary> devices() throws StorageException, InterruptedException {
    return counts.all(readable());
  }

  /** The history, if there is a storage now; nobody who looks at a page waits for one. */
  History readable() {
    History there = history();
    if (node().status().store() == null) {
      throw Problem.missing(
          "No storage is available.", "The state of the node says why; see Parts.");
    }
    return there;
  }

  /** It starts anew after some settings were changed. */
  private static <T> T running(AtomicReference<@Nullable T> held) {
    T there = held.get();
    if (there == null) {
      throw Problem.missing(
          "The node is not running, or is just starting.",
          "Wait some seconds; if it stays so, the log of the node says why.");
    }
    return there;
  }

  private static <T> T required(AtomicReference<@Nullable T> held, String cause) {
    T there = held.get();
    if (there == null) {
      throw Problem.missing(cause, SEE_PARTS);
    }
    return there;
  }
}
