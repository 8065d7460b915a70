// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

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
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.support.DaemonThreads;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.jspecify.annotations.Nullable;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
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

  private final Parts parts;
  private final AtomicReference<@Nullable ConfigurationAdmin> configurations =
      new AtomicReference<>();
  private final AtomicReference<@Nullable MetaTypeService> metatypes = new AtomicReference<>();
  private final LongReads longReads = new LongReads();
  private final DeviceCounts counts =
      new DeviceCounts(longReads, task -> DaemonThreads.make("chroniclesync-page-devices", task));

  /**
   * Makes them.
   *
   * @param parts the parts of the node
   */
  @Activate
  public Services(@Reference Parts parts) {
    this.parts = parts;
  }

  @Deactivate
  void deactivate() {
    counts.close();
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
    return running(parts.node());
  }

  History history() {
    return running(parts.history());
  }

  DeviceNames names() {
    return required(
        parts.names(),
        "Names of devices cannot be kept: org.chroniclesync.handler.standard is not running.");
  }

  Rules rules() {
    return required(parts.rules(), "There are no rules: org.chroniclesync.account is not running.");
  }

  Pause pause() {
    return required(
        parts.pause(), "The import cannot pause: org.chroniclesync.account is not running.");
  }

  BrowserImport browsers() {
    return required(
        parts.browsers(),
        "Browsers are not imported: org.chroniclesync.importer.browser is not running or has no configuration.");
  }

  FileImport fileImport() {
    return required(
        parts.fileImport(), "Files cannot be read: org.chroniclesync.files is not running.");
  }

  HistoryExport export() {
    return required(
        parts.export(), "Files cannot be written: org.chroniclesync.files is not running.");
  }

  Pairing pairing() {
    return required(
        parts.pairing(), "Devices cannot be paired: org.chroniclesync.core is not running.");
  }

  AccountWords words() {
    return required(
        parts.words(),
        "The words are not available: org.chroniclesync.crypto.bouncycastle is not running.");
  }

  Mnemonics mnemonics() {
    return required(
        parts.mnemonics(),
        "Words cannot be checked: org.chroniclesync.crypto.bouncycastle is not running.");
  }

  HandCarried handCarried() {
    return required(
        parts.handCarried(),
        "Devices cannot be connected by hand: org.chroniclesync.discovery.manual is not running.");
  }

  ConfigurationAdmin configurations() {
    return required(
        configurations.get(), "Settings cannot be changed: there is no ConfigurationAdmin.");
  }

  MetaTypeService metatypes() {
    return required(metatypes.get(), "Settings are not described: there is no MetaTypeService.");
  }

  @Nullable Node nodeOrNull() {
    return parts.node();
  }

  @Nullable History historyOrNull() {
    return parts.history();
  }

  @Nullable DeviceNames namesOrNull() {
    return parts.names();
  }

  /** The turns of what looks at many visits. */
  LongReads longReads() {
    return longReads;
  }

  /** The devices that recorded visits. */
  DeviceCounts.Counted devices() throws StorageException, InterruptedException {
    return counts.all(readable());
  }

  /** The history, if there is a storage now; nobody who looks at a page waits for one. */
  History readable() {
    History there = history();
    if (node().status().store() == null) {
      throw Problem.missing(
          Code.NO_STORAGE,
          "No storage is available.",
          "The state of the node says why; see Parts.");
    }
    return there;
  }

  /** It starts anew after some settings were changed. */
  private static <T> T running(@Nullable T there) {
    if (there == null) {
      throw Problem.missing(
          Code.NOT_RUNNING,
          "The node is not running, or is just starting.",
          "Wait some seconds; if it stays so, the log of the node says why.");
    }
    return there;
  }

  private static <T> T required(@Nullable T there, String cause) {
    if (there == null) {
      throw Problem.missing(Code.PART_MISSING, cause, SEE_PARTS);
    }
    return there;
  }
}
