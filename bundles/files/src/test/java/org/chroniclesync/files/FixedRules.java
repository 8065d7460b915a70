// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.rules.Judge;
import org.chroniclesync.api.rules.Pause;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules;
import org.jspecify.annotations.Nullable;

/**
 * Rules that leave one host out and cut one secret, and a pause in which one minute is forgotten.
 */
final class FixedRules implements Rules, Judge {
  static final String EXCLUDED = "https://excluded.example/";
  static final String SECRET = "token=secret";
  static final double FORGOTTEN_MILLIS = 1_600_000_060_000.0;

  @Override
  public String digest() {
    return "fixed";
  }

  @Override
  public Optional<Rule> leavesOut(String url, double visitMillis, DeviceId device) {
    return url.startsWith(EXCLUDED)
        ? Optional.of(new Rule(Rule.Kind.HOST, "excluded.example"))
        : Optional.empty();
  }

  @Override
  public String cut(String url) {
    return url.replace(SECRET, "token=");
  }

  @Override
  public Judge judge() {
    return this;
  }

  @Override
  public Judge judge(Rule rule) {
    throw new UnsupportedOperationException("nobody who imports a file asks for one rule");
  }

  /** The pauses that belong to them. */
  Pause pause() {
    Pause.State state =
        new Pause.State() {
          @Override
          public @Nullable Instant until() {
            return null;
          }

          @Override
          public boolean forgets() {
            return false;
          }

          @Override
          public boolean forgot(double visitMillis) {
            return visitMillis == FORGOTTEN_MILLIS;
          }
        };
    return (Pause)
        Proxy.newProxyInstance(
            Pause.class.getClassLoader(),
            new Class<?>[] {Pause.class},
            (proxy, method, arguments) -> state);
  }

  @Override
  public List<Standing> all() {
    return List.of();
  }

  @Override
  public boolean add(Rule rule, Scope scope) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean remove(Rule rule, Scope scope) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Outcome preview() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Applied apply() {
    throw new UnsupportedOperationException();
  }
}
