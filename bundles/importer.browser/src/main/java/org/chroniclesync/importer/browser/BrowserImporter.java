// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.importer.BrowserImport;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.rules.Pause;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The importer as a component, alive as long as it is configured and there is a history. */
@Component(
    service = {BrowserImport.class, PartReporter.class},
    configurationPid = BrowserImporter.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    immediate = true)
@Designate(ocd = BrowserImporter.Config.class)
public final class BrowserImporter implements BrowserImport, PartReporter {
  static final String PID = "org.chroniclesync.importer.browser";

  /** What can be configured. */
  @ObjectClassDefinition(
      name = "ChronicleSync browser importer",
      description =
          "Imports the history of the Chromium and Firefox families on this machine: first all of it,"
              + " then new visits. Left out are pages of frames, steps of redirects, visits that a"
              + " browser got from another device, and visits dated more than a day ahead. Browsers do"
              + " not write private windows to disk, so these are never imported.")
  public @interface Config {
    /**
     * Which profiles are read.
     *
     * @return {@code auto}, or directories
     */
    @AttributeDefinition(
        description =
            "\"auto\" to import every profile that is found, or absolute paths of profile directories"
                + " or of Chromium user data directories.")
    String[] profiles() default {Settings.AUTO};

    /**
     * How often the databases are checked for changes.
     *
     * @return milliseconds
     */
    @AttributeDefinition(
        description =
            "How often the importer checks the databases for changes, in milliseconds, 100 to"
                + " 3600000. It reads them in place; those that it must copy it copies at 100 kB a"
                + " second at most, on average.",
        min = "100",
        max = "3600000")
    int intervalMillis() default Settings.DEFAULT_INTERVAL_MILLIS;

    /**
     * Hosts that are never stored.
     *
     * @return host names
     */
    @AttributeDefinition(
        description =
            "Hosts whose pages are never stored: example.org for that host alone, *.example.org"
                + " for it and all hosts below it.",
        required = false)
    String[] excludedHosts() default {};

    /**
     * Addresses that are never stored.
     *
     * @return patterns
     */
    @AttributeDefinition(
        description =
            "Addresses that are never stored, as patterns for the whole address. * matches any"
                + " text, as in *://*/private/*. Case does not matter.",
        required = false)
    String[] excludedPatterns() default {};

    /**
     * Which schemes are stored.
     *
     * @return schemes without a colon
     */
    @AttributeDefinition(
        description = "The URL schemes whose pages are stored. All others are never stored.")
    String[] includeSchemes() default {"http", "https"};

    /**
     * What becomes of visits that are deleted in a browser.
     *
     * @return {@code keep} or {@code follow}
     */
    @AttributeDefinition(
        description =
            "What becomes of visits that a person deletes in a browser: \"keep\" keeps them here,"
                + " \"follow\" deletes them on all devices, undoably. What the browser drops for its"
                + " age stays in any case. Where very many vanish at once, or the profile was replaced,"
                + " the command profiles asks first.",
        options = {@Option(value = Settings.KEEP), @Option(value = Settings.FOLLOW)})
    String deletions() default Settings.KEEP;

    /**
     * How many visits are stored in one step.
     *
     * @return visits
     */
    @AttributeDefinition(
        description = "How many visits are stored in one step, 1 to 10000.",
        min = "1",
        max = "10000")
    int batchEntries() default Settings.DEFAULT_BATCH_ENTRIES;
  }

  private final AtomicReference<@Nullable DeviceNames> names = new AtomicReference<>();
  private final Importer importer;

  /**
   * Makes an importer.
   *
   * @param history where the visits go
   * @param identity who this node is
   * @param rules what must not be stored
   * @param pause when nothing is imported
   * @param config the configuration
   * @throws IllegalArgumentException if a value is outside its range
   */
  @Activate
  public BrowserImporter(
      @Reference History history,
      @Reference Identity identity,
      @Reference Rules rules,
      @Reference Pause pause,
      Config config) {
    importer =
        new Importer(
            history, identity.self(), new Consent(rules, pause), Settings.of(config), names::get);
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

  /**
   * Starts importing. The constructor must not: if the history leaves at that moment, the component
   * runtime drops this object without deactivating it.
   */
  @Activate
  void start() {
    importer.start();
  }

  @Deactivate
  void stop() {
    importer.close();
  }

  @Override
  public List<ProfileStatus> profiles() {
    return importer.profiles();
  }

  @Override
  public List<Part> parts() {
    return importer.parts();
  }

  @Override
  public void importNow() {
    importer.importNow();
  }

  @Override
  public void settle(Path profile, boolean delete) {
    importer.settle(profile, delete);
  }
}
