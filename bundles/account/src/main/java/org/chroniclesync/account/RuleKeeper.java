// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.crypto.Tags;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.rules.Judge;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.DeletionWork;
import org.chroniclesync.api.sync.EntryRule;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.SharedSettings;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules: those of the account in the shared settings, those of this device in marks of the
 * store.
 */
@Component(
    service = {Rules.class, EntryRule.class},
    immediate = true)
public final class RuleKeeper implements Rules, EntryRule {
  private static final String PREFIX = "rule/";
  private static final String OF_RULE = "chroniclesync rule of the account";

  private static final Comparator<Standing> ORDER =
      Comparator.comparing((Standing one) -> one.scope() == Scope.DEVICE)
          .thenComparing(one -> one.rule().kind())
          .thenComparing(one -> one.rule().text());

  private static final Duration RETENTION_PERIOD = Duration.ofHours(6);
  private static final Duration A_WHILE = Duration.ofMinutes(1);
  private static final Logger LOG = LoggerFactory.getLogger(RuleKeeper.class);

  private final History history;
  private final SharedSettings shared;
  private final Tags tags;
  private final Clock clock;
  private final Node.Watch watch;
  private final Errand retention;

  /** Counts changes: what was read before the last one is not kept. */
  private final AtomicLong changes = new AtomicLong();

  private volatile @Nullable Known known;

  /** All rules, understood, and those of the account, which hold for what peers send. */
  private record Known(long changes, Book account, Book all) {}

  /**
   * Makes the rules.
   *
   * @param history where those of this device are kept
   * @param shared where those of the account are kept
   * @param identity by whose tags those of the account are named
   */
  @Activate
  public RuleKeeper(
      @Reference History history, @Reference SharedSettings shared, @Reference Identity identity) {
    this(history, shared, identity.tags(), Clock.systemUTC());
  }

  /**
   * Makes the rules where there is no identity. No constructor: the component runtime takes any
   * public one with as many parameters as it has references.
   *
   * @param tags by which those of the account are named
   * @param history where those of this device are kept
   * @param shared where those of the account are kept
   * @return the rules
   */
  public static RuleKeeper namedBy(Tags tags, History history, SharedSettings shared) {
    return new RuleKeeper(history, shared, tags, Clock.systemUTC());
  }

  RuleKeeper(History history, SharedSettings shared, Tags tags, Clock clock) {
    this.history = history;
    this.shared = shared;
    this.tags = tags;
    this.clock = clock;
    this.watch = shared.watch(this::changed);
    this.retention = new Errand("retention", "What is too old", RETENTION_PERIOD, this::deleteOld);
  }

  /** Begins. */
  @Activate
  public void start() {
    retention.start();
  }

  /** Ends. */
  @Deactivate
  public void stop() {
    watch.close();
    retention.close();
  }

  private void changed() {
    changes.incrementAndGet();
    retention.wake();
  }

  // --- The rules --------------------------------------------------------------------------------

  @Override
  public List<Standing> all() throws StorageException, InterruptedException {
    List<Standing> all = new ArrayList<>();
    rulesOfAccount().forEach(rule -> all.add(new Standing(rule, Scope.ACCOUNT)));
    rulesOfDevice().forEach(rule -> all.add(new Standing(rule, Scope.DEVICE)));
    return all.stream().sorted(ORDER).toList();
  }

  /** Those that only a later version understands do nothing here. */
  private List<Rule> rulesOfAccount() throws StorageException, InterruptedException {
    return shared.all(PREFIX).values().stream()
        .map(RuleSlots::parsed)
        .flatMap(Optional::stream)
        .distinct()
        .limit(MAX_RULES)
        .toList();
  }

  private List<Rule> rulesOfDevice() throws StorageException, InterruptedException {
    return RuleSlots.read(history.borrow(HistoryStore::marks));
  }

  @Override
  public boolean add(Rule rule, Scope scope) throws StorageException, InterruptedException {
    Clause.of(rule);
    List<Rule> known = scope == Scope.ACCOUNT ? rulesOfAccount() : rulesOfDevice();
    if (known.contains(rule)) {
      return false;
    }
    if (known.size() >= MAX_RULES) {
      throw new IllegalArgumentException(
          "There are " + MAX_RULES + " rules already; remove some first.");
    }
    if (scope == Scope.ACCOUNT) {
      shared.put(key(rule), rule.toString());
    } else {
      set(RuleSlots.adding(history.borrow(HistoryStore::marks), rule));
    }
    changed();
    return true;
  }

  @Override
  public boolean remove(Rule rule, Scope scope) throws StorageException, InterruptedException {
    List<Rule> known = scope == Scope.ACCOUNT ? rulesOfAccount() : rulesOfDevice();
    if (!known.contains(rule)) {
      return false;
    }
    if (scope == Scope.ACCOUNT) {
      for (Map.Entry<String, String> one : shared.all(PREFIX).entrySet()) {
        if (RuleSlots.parsed(one.getValue()).equals(Optional.of(rule))) {
          shared.remove(one.getKey());
        }
      }
    } else {
      set(RuleSlots.removing(history.borrow(HistoryStore::marks), rule));
    }
    changed();
    return true;
  }

  private void set(Map<String, String> marks) throws StorageException, InterruptedException {
    history.merge(new Batch(List.of(), null, marks));
  }

  /**
   * The key outlives the rule, in the settings that were removed: who does not have the words of
   * the account must not be able to guess a host and find that it fits.
   */
  private String key(Rule rule) {
    return PREFIX + HexFormat.of().formatHex(tags.of(OF_RULE, rule.toString()));
  }

  // --- What they say ----------------------------------------------------------------------------

  @Override
  public Judge judge() throws StorageException, InterruptedException {
    return known().all();
  }

  @Override
  public Judge judge(Rule rule) {
    Clause.of(rule);
    return Book.of(List.of(rule), clock);
  }

  private Known known() throws StorageException, InterruptedException {
    long now = changes.get();
    Known before = known;
    if (before != null && before.changes() == now) {
      return before;
    }
    List<Rule> ofAccount = rulesOfAccount();
    List<Rule> all = new ArrayList<>(ofAccount);
    all.addAll(rulesOfDevice());
    Known after = new Known(now, Book.of(ofAccount, clock), Book.of(all, clock));
    known = after;
    return after;
  }

  /** The answer is of the entry and of the account's rules alone, so that all nodes end equal. */
  @Override
  public Entry apply(Entry entry) throws StorageException, InterruptedException {
    if (entry.deleted()) {
      return entry;
    }
    Verdict verdict = Verdict.of(entry, known().account());
    return verdict.version(entry.lastModifiedMillis() + 1);
  }

  // --- What is there already --------------------------------------------------------------------

  @Override
  public Outcome preview() throws StorageException, InterruptedException {
    return sweep().preview();
  }

  @Override
  public Applied apply() throws StorageException, InterruptedException {
    Sweep sweep = sweep();
    long cut = sweep.cut();
    return new Applied(
        cut, history.deletions().delete(Selection.ALL, sweep.leftOut(kind -> true), true));
  }

  private Sweep sweep() throws StorageException, InterruptedException {
    Known now = known();
    return new Sweep(history, now.account(), now.all());
  }

  /** What has become too old goes by itself. */
  private void deleteOld() throws StorageException, InterruptedException {
    Book book = known().all();
    if (!book.hasMonths()) {
      return;
    }
    Selection old = Selection.ALL.between(-Double.MAX_VALUE, (double) book.keptFromMillis());
    Predicate<Entry> goes = sweep().leftOut(kind -> kind == Rule.Kind.MONTHS);
    // A deletion of nothing would be listed, too.
    if (history.deletions().preview(old, goes).visits() > 0) {
      DeletionWork work = history.deletions().delete(old, goes, true);
      try {
        while (!work.await(A_WHILE)) {
          LOG.debug("what is too old is being deleted: {}", work.now().visits());
        }
      } catch (InterruptedException e) {
        work.cancel();
        throw e;
      }
    }
  }

  /** Counts by rule, in the order in which rules were met. */
  static Outcome outcome(Map<Rule, Long> deleted, long cut) {
    return new Outcome(new LinkedHashMap<>(deleted), cut);
  }
}
