// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.rules.Judge;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.support.text.Digests;

/** Some rules, understood, as they were at one moment. */
final class Book implements Judge {
  private static final Secrets SECRETS = Secrets.known();

  private final List<Clause.LeaveOut> leaveOut;
  private final List<Clause.Keep> keep;
  private final boolean cuts;
  private final String digest;
  private final Clock clock;

  private Book(List<Clause> clauses, String digest, Clock clock) {
    this.leaveOut = of(clauses, Clause.LeaveOut.class);
    // What is about a host goes before what is about a device; of those about the same, the
    // shorter.
    this.keep =
        of(clauses, Clause.Keep.class).stream()
            .sorted(
                Comparator.comparing(Clause.Keep::about)
                    .reversed()
                    .thenComparing(Clause.Keep::months))
            .toList();
    this.cuts = clauses.stream().noneMatch(Clause.KeepSecrets.class::isInstance);
    this.digest = digest;
    this.clock = clock;
  }

  static Book of(Collection<Rule> rules, Clock clock) {
    String text = new TreeSet<>(rules.stream().map(Rule::toString).toList()).toString();
    return new Book(
        rules.stream().map(Clause::of).toList(),
        Digests.sha256Hex(text).substring(0, Digests.SHORT_CHARS) + SECRETS.digest(),
        clock);
  }

  private static <C> List<C> of(List<Clause> clauses, Class<C> kind) {
    return clauses.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  boolean hasMonths() {
    return !keep.isEmpty();
  }

  /** Returns the first moment whose visits no rule is too short for. */
  long keptFromMillis() {
    long now = clock.millis();
    return keep.stream().mapToLong(one -> one.fromMillis(now)).max().orElse(Long.MIN_VALUE);
  }

  @Override
  public String digest() {
    return digest;
  }

  @Override
  public Optional<Rule> leavesOut(String url, double visitMillis, DeviceId device) {
    if (leaveOut.isEmpty() && keep.isEmpty()) {
      return Optional.empty();
    }
    Clause.Address address = Clause.Address.of(url);
    for (Clause.LeaveOut clause : leaveOut) {
      if (clause.matches().test(address)) {
        return Optional.of(clause.rule());
      }
    }
    return isTooOld(address, visitMillis, device);
  }

  /** Only the first that is about a visit counts. */
  private Optional<Rule> isTooOld(Clause.Address address, double visitMillis, DeviceId device) {
    return keep.stream()
        .filter(clause -> clause.isAbout(address.host(), device))
        .findFirst()
        .filter(clause -> visitMillis < clause.fromMillis(clock.millis()))
        .map(Clause.Keep::rule);
  }

  @Override
  public String cut(String url) {
    return cuts ? SECRETS.cut(url) : url;
  }
}
