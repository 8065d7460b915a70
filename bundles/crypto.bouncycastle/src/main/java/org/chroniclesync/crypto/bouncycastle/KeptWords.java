// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.chroniclesync.api.crypto.AccountId;
import org.chroniclesync.api.crypto.AccountWords;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.crypto.Mnemonics;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The words beside which the identity keeps its keys, and their replacement. Public only because
 * the component runtime makes it.
 *
 * <p>What can fail comes first: the new words are checked and all their keys computed, before the
 * file is replaced, in one step of the file system. Then the identity begins anew from the file, as
 * it would after a restart. A loss of power at any moment leaves the one words or the other.
 */
@Component(
    configurationPid = AccountIdentity.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class KeptWords implements AccountWords {
  private static final Logger LOG = LoggerFactory.getLogger(KeptWords.class);

  /** Far longer than frames that are being sealed under the former words can take. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String IDENTITY = "org.chroniclesync.crypto.bouncycastle.AccountIdentity";

  private final Path folder;
  private final AesGcm cipher;
  private final Runnable restart;
  private final Mnemonics mnemonics = new Bip39Mnemonics();

  /** Guards the identity; never held during a call of something else. */
  private final Object lock = new Object();

  private @Nullable Identity identity;

  @Activate
  public KeptWords(ComponentContext context, Config config) {
    this(
        config,
        () -> {
          context.disableComponent(IDENTITY);
          context.enableComponent(IDENTITY);
        });
  }

  /**
   * Makes it.
   *
   * @param restart ends the present identity and begins the next one, in this order
   */
  KeptWords(Config config, Runnable restart) {
    folder = AccountIdentity.directory(config);
    cipher = AccountIdentity.cipher(config.cipherProvider());
    this.restart = restart;
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      target = "(component.name=" + IDENTITY + ")")
  void bindIdentity(Identity arriving) {
    synchronized (lock) {
      identity = arriving;
      lock.notifyAll();
    }
  }

  void unbindIdentity(Identity leaving) {
    synchronized (lock) {
      identity = identity == leaving ? null : identity;
    }
  }

  @Override
  public char[] phrase() {
    AccountDirectory directory = new AccountDirectory(folder);
    char[] kept = directory.read(AccountIdentity.MNEMONIC);
    if (kept == null) {
      throw new IllegalStateException(
          directory.path(AccountIdentity.MNEMONIC) + " is missing; this device is in no account");
    }
    try {
      return AccountIdentity.usable(
          directory.path(AccountIdentity.MNEMONIC).toString(), mnemonics.check(kept));
    } finally {
      Arrays.fill(kept, '\0');
    }
  }

  @Override
  public void renew() {
    char[] drawn = mnemonics.create();
    try {
      replace(drawn);
    } finally {
      Arrays.fill(drawn, '\0');
    }
  }

  @Override
  public synchronized void replace(char[] phrase) {
    char[] next = checked(phrase);
    char[] former = phrase();
    try {
      if (!Arrays.equals(next, former)) {
        change(next);
      }
    } catch (UncheckedIOException e) {
      throw new IllegalStateException(
          "The new words cannot be kept, so this device still has its former ones: "
              + e.getMessage(),
          e);
    } finally {
      Arrays.fill(next, '\0');
      Arrays.fill(former, '\0');
    }
  }

  private char[] checked(char[] phrase) {
    try {
      return AccountIdentity.usable("what was given", mnemonics.check(phrase));
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException(e.getMessage() + ". Nothing was changed.", e);
    }
  }

  private void change(char[] next) {
    AccountDirectory directory = new AccountDirectory(folder);
    AccountId account = computed(directory, next.clone());
    directory.write(AccountIdentity.MNEMONIC, next);
    restart.run();
    await(account);
    LOG.info("this device has other words now; the command mnemonic shows them");
  }

  /** Leaves the root key in its file, sealed under the new words: it takes long to compute. */
  private AccountId computed(AccountDirectory directory, char[] next) {
    Account account = Account.of(next, new KeptRootKey(directory, cipher, RootKey.COMPUTED));
    account.destroy();
    return account.id();
  }

  private void await(AccountId account) {
    try {
      if (isBack(account)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new IllegalStateException(
        "The new words are kept, but the identity has not come back; see status, and restart the"
            + " node");
  }

  private boolean isBack(AccountId account) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    synchronized (lock) {
      while (identity == null || !identity.account().equals(account)) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        lock.wait(left);
      }
      return true;
    }
  }
}
