// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.SharedServices;
import org.chroniclesync.api.sync.SharedSettings;
import org.chroniclesync.support.text.Digests;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uses the services that the devices of the account share: each that this device has none of its
 * own for gets a configuration of the discovery client. They outlive a start without a store, and
 * are compared with the list when it can be read.
 */
@Component(
    service = ConfigurationListener.class,
    immediate = true,
    configurationPid = ServiceUse.PID)
@Designate(ocd = Config.class)
public final class ServiceUse implements ConfigurationListener {
  static final String PID = "org.chroniclesync.account.services";
  static final String CLIENT = "org.chroniclesync.discovery.websocket";
  static final String URL = "url";
  static final String PRIORITY = "priority";

  /** Marks a configuration as made here, and not by a person. */
  static final String SHARED = "chroniclesync.shared";

  private static final String FILTER =
      "(" + ConfigurationAdmin.SERVICE_FACTORYPID + "=" + CLIENT + ")";
  private static final Duration PERIOD = Duration.ofHours(6);
  private static final Logger LOG = LoggerFactory.getLogger(ServiceUse.class);

  private final SharedServices services;
  private final ConfigurationAdmin configurations;
  private final boolean use;
  private final Node.Watch watch;
  private final Errand errand;

  /**
   * Makes it.
   *
   * @param services the list
   * @param shared tells when the list changes
   * @param configurations where the client's configurations are
   * @param config whether to use the list
   */
  @Activate
  public ServiceUse(
      @Reference SharedServices services,
      @Reference SharedSettings shared,
      @Reference ConfigurationAdmin configurations,
      Config config) {
    this.services = services;
    this.configurations = configurations;
    this.use = config.use();
    this.errand =
        new Errand(
            "services", "The discovery services that your devices share", PERIOD, this::look);
    this.watch = shared.watch(errand::wake);
  }

  /** Begins. */
  @Activate
  public void start() {
    errand.start();
  }

  /** Ends. What is configured stays: the bundle may only be updated. */
  @Deactivate
  public void stop() {
    watch.close();
    errand.close();
  }

  @Override
  public void configurationEvent(ConfigurationEvent event) {
    if (CLIENT.equals(event.getFactoryPid())) {
      errand.wake();
    }
  }

  private void look() throws StorageException, IOException, InterruptedException {
    Map<String, Integer> wanted = new HashMap<>();
    for (SharedServices.Shared one : use ? services.all() : List.<SharedServices.Shared>of()) {
      wanted.put(one.url(), one.priority());
    }
    List<Configuration> shared = new ArrayList<>();
    for (Configuration one : configured()) {
      if (property(one, SHARED) != null) {
        shared.add(one);
      } else {
        url(one).ifPresent(wanted::remove);
      }
    }
    for (Configuration one : shared) {
      Integer priority = wanted.get(url(one).orElse(""));
      if (priority == null) {
        one.delete();
      } else if (priority.toString().equals(property(one, PRIORITY))) {
        wanted.remove(url(one).orElse(""));
      }
    }
    for (Map.Entry<String, Integer> one : wanted.entrySet()) {
      configure(one.getKey(), one.getValue());
    }
  }

  private List<Configuration> configured() throws IOException {
    try {
      Configuration[] found = configurations.listConfigurations(FILTER);
      return found == null ? List.of() : List.of(found);
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(FILTER, e);
    }
  }

  private void configure(String url, int priority) throws IOException {
    String name = "shared-" + Digests.sha256Hex(url).substring(0, Digests.SHORT_CHARS);
    configurations
        .getFactoryConfiguration(CLIENT, name, "?")
        .update(FrameworkUtil.asDictionary(Map.of(URL, url, PRIORITY, priority, SHARED, "true")));
    LOG.info("The discovery service {}, which your devices share, is used from now on", url);
  }

  private static Optional<String> url(Configuration one) {
    return ServiceUrl.parsed(property(one, URL));
  }

  /** As the client sees it: a plugin may have filled in what the file only names. */
  private static @Nullable String property(Configuration one, String key) {
    Dictionary<String, Object> properties = one.getProcessedProperties(null);
    Object value = properties == null ? null : properties.get(key);
    return value == null ? null : value.toString();
  }
}
