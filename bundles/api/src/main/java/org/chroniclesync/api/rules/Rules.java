// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.rules;

import java.util.List;
import java.util.Map;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.DeletionWork;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The rules of this node. Registered as an OSGi service. Safe for any thread. All methods wait
 * while there is no storage, in which the rules are kept.
 *
 * <p>A rule <em>of this device</em> holds for what this device imports. A rule <em>of the
 * account</em> holds for all devices, and for what they send each other: what it leaves out is
 * stored by no node, and a deletion goes back to whoever sent it. What is in the history already
 * stays until {@link #apply} is called, but for visits that are older than a rule of {@link
 * Rule.Kind#MONTHS} allows: these are deleted as time goes by.
 */
@ProviderType
public interface Rules {
  /** How many rules a device, and an account, may have of its own. */
  int MAX_RULES = 256;

  /** Whose a rule is. */
  @ProviderType
  enum Scope {
    /** It holds for what this device imports. */
    DEVICE,
    /** It holds for all devices of the account. */
    ACCOUNT
  }

  /**
   * A rule and whose it is.
   *
   * @param rule the rule
   * @param scope whose it is
   */
  @ProviderType
  record Standing(Rule rule, Scope scope) {}

  /**
   * What the rules do to the history.
   *
   * @param deleted how many visits go, by rule
   * @param cut how many addresses lose a secret
   */
  @ProviderType
  record Outcome(Map<Rule, Long> deleted, long cut) {
    /** Copies the map. */
    public Outcome {
      deleted = Map.copyOf(deleted);
    }

    /**
     * Returns how many visits go.
     *
     * @return the sum over all rules
     */
    public long visits() {
      return deleted.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Returns all rules.
   *
   * @return those of the account first, each by kind and text
   * @throws StorageException if they cannot be read
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  List<Standing> all() throws StorageException, InterruptedException;

  /**
   * Adds a rule, durably.
   *
   * @param rule the rule
   * @param scope whose it is to be
   * @return false if it stands already
   * @throws IllegalArgumentException if its text does not make sense, or there are too many; the
   *     message says what to do
   * @throws StorageException if it was not added
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  boolean add(Rule rule, Scope scope) throws StorageException, InterruptedException;

  /**
   * Removes a rule, durably. What browsers still have of what it left out is imported again.
   *
   * @param rule the rule
   * @param scope whose it is
   * @return false if there is no such rule
   * @throws StorageException if it was not removed
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  boolean remove(Rule rule, Scope scope) throws StorageException, InterruptedException;

  /**
   * Returns all rules, for what this device imports.
   *
   * @return the rules as they are now
   * @throws StorageException if they cannot be read
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  Judge judge() throws StorageException, InterruptedException;

  /**
   * Returns what a rule alone would leave out, whether or not it stands. Does not wait.
   *
   * @param rule the rule
   * @return that rule, and no other
   * @throws IllegalArgumentException if its text does not make sense; the message says what to do
   */
  Judge judge(Rule rule);

  /**
   * Tells what {@link #apply} would do. Reads the whole history, hence may take seconds.
   *
   * @return what would be done
   * @throws StorageException if the history cannot be read
   * @throws InterruptedException if the thread was interrupted
   */
  Outcome preview() throws StorageException, InterruptedException;

  /**
   * What was begun.
   *
   * @param cut how many addresses have lost a secret
   * @param deletion the deletion of what the rules leave out, which goes on
   */
  @ProviderType
  record Applied(long cut, DeletionWork deletion) {}

  /**
   * Applies the rules to what is in the history: cuts secrets, in small steps, and begins to delete
   * what they leave out, on all devices, as any other deletion: it can be undone. Whoever undoes it
   * removes the rule before, for what a rule of the account leaves out no device takes back. A rule
   * of this device is applied to what this device imported. One that is interrupted goes on when it
   * is called again.
   *
   * @return what was done, and the deletion
   * @throws StorageException if a step failed; those before are done
   * @throws InterruptedException if the thread was interrupted; the steps before are done
   */
  Applied apply() throws StorageException, InterruptedException;
}
