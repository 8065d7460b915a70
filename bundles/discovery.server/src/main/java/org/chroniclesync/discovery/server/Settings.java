// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.chroniclesync.support.configuration.ConfigurationValues;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration, which may change while everybody stays. It is no part of the servlet, which
 * the HTTP whiteboard takes away and brings back, with all that it serves, whenever a property of
 * it changes. Safe for any thread. Public only because the component runtime makes it.
 */
@Component(
    service = Settings.class,
    configurationPid = "org.chroniclesync.discovery.server",
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Config.class)
public final class Settings {
  static final ConfigurationValues VALUES =
      ConfigurationValues.of("org.chroniclesync.discovery.server");

  private static final Logger LOG = LoggerFactory.getLogger(Settings.class);
  private static final String OLD_KEY = "trustForwardedFor";

  private final Limits limits;
  private final Ports ports;
  private volatile Values values;
  private volatile @Nullable String trouble;

  /** What can change, but for the limits. */
  private record Values(
      Set<String> authorities,
      TrustedProxies proxies,
      boolean logAddresses,
      Optional<PemFiles> tlsFiles) {
    static Values of(Config config) {
      return new Values(
          Arrays.stream(config.authorities())
              .map(name -> name.toLowerCase(Locale.ROOT))
              .collect(Collectors.toUnmodifiableSet()),
          TrustedProxies.of(config),
          config.logAddresses(),
          PemFiles.of(config));
    }
  }

  /**
   * Where the service listens, from its start to its end.
   *
   * @param metricsPort 0 if there are no metrics
   * @param tlsPort 0 if there is no TLS
   */
  record Ports(String metricsHost, int metricsPort, String tlsHost, int tlsPort) {
    static Ports of(Config config) {
      return new Ports(
          config.metricsHost(),
          VALUES.wholeNumber("metricsPort", config::metricsPort, 0, 65_535),
          config.tlsHost(),
          VALUES.wholeNumber("tlsPort", config::tlsPort, 0, 65_535));
    }
  }

  /** Checks a configuration. */
  @Activate
  public Settings(Config config, Map<String, Object> properties) {
    refuseOldKey(properties);
    limits = new Limits(LimitValues.of(config));
    ports = Ports.of(config);
    values = Values.of(config);
  }

  /** Takes a changed configuration over as a whole, or leaves everything as it is. */
  @Modified
  void change(Config config, Map<String, Object> properties) {
    try {
      refuseOldKey(properties);
      LimitValues nextLimits = LimitValues.of(config);
      Values next = Values.of(config);
      Ports nextPorts = Ports.of(config);
      limits.set(nextLimits);
      values = next;
      LOG.info("the configuration was changed: {}", nextLimits);
      if (nextPorts.equals(ports)) {
        trouble = null;
      } else {
        trouble = "Another port or host takes a restart of the service.";
        LOG.warn(
            "metricsHost, metricsPort, tlsHost and tlsPort of org.chroniclesync.discovery.server"
                + " stay as they were until the service is started anew.");
      }
    } catch (IllegalArgumentException e) {
      trouble = "The changed configuration is refused; the log says why.";
      LOG.error("{} All stays as it was until the configuration is mended.", e.getMessage());
    }
  }

  /** Whoever had it trusted everybody, and would now trust nobody without a word. */
  private static void refuseOldKey(Map<String, Object> properties) {
    if (properties.containsKey(OLD_KEY)) {
      throw new IllegalArgumentException(
          OLD_KEY
              + " of org.chroniclesync.discovery.server is no longer known; put the addresses of"
              + " your proxies into trustedProxies instead, such as 127.0.0.1.");
    }
  }

  Limits limits() {
    return limits;
  }

  Ports ports() {
    return ports;
  }

  /** The Host headers that are ours, in lower case; all, if there are none. */
  Set<String> authorities() {
    return values.authorities();
  }

  TrustedProxies proxies() {
    return values.proxies();
  }

  boolean logAddresses() {
    return values.logAddresses();
  }

  Optional<PemFiles> tlsFiles() {
    return values.tlsFiles();
  }

  /** Returns what is wrong, for anybody to read: no path, name or address. */
  List<String> troubles() {
    String now = trouble;
    return now == null ? List.of() : List.of(now);
  }
}
