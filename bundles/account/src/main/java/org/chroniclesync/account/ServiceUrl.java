// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.chroniclesync.api.sync.SharedServices;
import org.chroniclesync.support.configuration.ConfigurationValues;
import org.jspecify.annotations.Nullable;

/** The URL of a discovery service, in the one form in which two of them are compared. */
final class ServiceUrl {
  private static final ConfigurationValues VALUES = ConfigurationValues.of("the service");
  private static final List<String> SCHEMES = List.of("ws", "wss");
  private static final String ALLOWED =
      "the URL of a discovery service without user, query and fragment, such as"
          + " wss://discovery.example.org/";

  private ServiceUrl() {}

  /**
   * Checks one.
   *
   * @throws IllegalArgumentException if it is none that can be shared; the message says why
   */
  static String checked(@Nullable String text) {
    URI url = VALUES.url("url", text, SCHEMES, ALLOWED);
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String host = url.getHost().toLowerCase(Locale.ROOT);
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    String whole = url.getScheme().toLowerCase(Locale.ROOT) + "://" + host + port + path;
    if (url.getRawQuery() != null || whole.length() > SharedServices.MAX_URL_CHARS) {
      throw VALUES.refuse("url", "with a query, or too long", ALLOWED);
    }
    return whole;
  }

  /** Reads what another device shares, or a configuration holds. */
  static Optional<String> parsed(@Nullable String text) {
    try {
      return Optional.of(checked(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
