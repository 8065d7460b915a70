// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.chroniclesync.api.crypto.AccountId;
import org.chroniclesync.api.crypto.Envelopes;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.crypto.Mnemonics;
import org.chroniclesync.api.crypto.Sessions;
import org.chroniclesync.api.crypto.SignalSeals;
import org.chroniclesync.api.crypto.Tags;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.support.DeviceKeys;
import org.chroniclesync.support.configuration.ConfigurationValues;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identity kept in a directory. Public only because the component runtime makes it.
 *
 * <p>What is wiped on deactivation are the keys themselves. Ciphers have copies for the time of one
 * frame, which are garbage afterwards and gone when the collector says so.
 */
@Component(
    service = Identity.class,
    configurationPid = AccountIdentity.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Config.class)
public final class AccountIdentity implements Identity {
  static final String PID = "org.chroniclesync.crypto.bouncycastle";
  private static final ConfigurationValues VALUES = ConfigurationValues.of(PID);
  static final String MNEMONIC = "mnemonic";

  private static final Logger LOG = LoggerFactory.getLogger(AccountIdentity.class);

  private final SigningKey device;
  private final Account account;
  private final AccountCredentials credentials;
  private final Envelopes envelopes;
  private final Sessions sessions;
  private final SignalSeals signals;
  private final Tags tags;

  @Activate
  public AccountIdentity(Config config) {
    AesGcm cipher = cipher(config.cipherProvider());
    AccountDirectory directory = new AccountDirectory(directory(config));
    Mnemonics mnemonics = new Bip39Mnemonics();
    RootKey.Source root = new KeptRootKey(directory, cipher, RootKey.COMPUTED);
    account = Account.of(mnemonic(directory, mnemonics, config.createIfMissing()), root);
    device = KeptDeviceKey.of(directory);
    credentials = new AccountCredentials(device, account.member());
    envelopes = new AccountEnvelopes(account.key(), cipher);
    sessions = new AccountSessions(account.sessions(), cipher);
    signals = new AccountSignals(account.signals(), cipher, account.id().room());
    tags = new AccountTags(account.tags());
  }

  @Override
  public AccountId account() {
    return account.id();
  }

  @Override
  public PeerId self() {
    return credentials.peer();
  }

  @Override
  public RoomId nodeRoom() {
    return credentials.room();
  }

  @Override
  public Credentials credentials() {
    return credentials;
  }

  @Override
  public boolean isSignedBy(PeerId peer, byte[] key, byte[] statement, byte[] signature) {
    return key.length == DeviceKeys.KEY_BYTES
        && peer.equals(DeviceKeys.peer(key))
        && SigningKey.verify(key, statement, signature);
  }

  @Override
  public Envelopes envelopes() {
    return envelopes;
  }

  @Override
  public Sessions sessions() {
    return sessions;
  }

  @Override
  public SignalSeals signals() {
    return signals;
  }

  @Override
  public Tags tags() {
    return tags;
  }

  @Deactivate
  void wipe() {
    account.destroy();
    device.destroy();
  }

  static Path directory(Config config) {
    return VALUES
        .path("accountDirectory", config.accountDirectory(), "the path of a directory")
        .toAbsolutePath();
  }

  static AesGcm cipher(String name) {
    return VALUES.oneOf("cipherProvider", name, AesGcm.byName()).get();
  }

  private static char[] mnemonic(
      AccountDirectory directory, Mnemonics mnemonics, boolean createIfMissing) {
    char[] typed = directory.read(MNEMONIC);
    if (typed == null) {
      if (!createIfMissing) {
        throw new IllegalStateException(missing(directory.path(MNEMONIC)));
      }
      typed = create(directory, mnemonics);
    }
    try {
      return usable(directory.path(MNEMONIC).toString(), mnemonics.check(typed));
    } finally {
      Arrays.fill(typed, '\0');
    }
  }

  /** A device that has been in an account must not leave it because one file is gone. */
  private static char[] create(AccountDirectory directory, Mnemonics mnemonics) {
    if (!directory.isEmpty()) {
      throw new IllegalStateException(
          directory.path(MNEMONIC)
              + " is missing, but this device has been in an account. Put the 24 words of that"
              + " account there and run chmod 600 on it; a new account needs an empty folder");
    }
    char[] phrase = mnemonics.create();
    directory.write(MNEMONIC, phrase);
    LOG.info(
        "created a new mnemonic in {}; nothing else opens the history, so keep a copy",
        directory.path(MNEMONIC));
    return phrase;
  }

  /**
   * Returns the words, if they are some.
   *
   * @throws IllegalStateException if not; the message says of {@code file} what is wrong
   */
  static char[] usable(String file, Mnemonics.Check check) {
    if (check instanceof Mnemonics.Check.WrongLength wrong) {
      throw new IllegalStateException(
          file + " has " + wrong.words() + " words; a mnemonic has " + Bip39Mnemonics.WORDS);
    }
    if (check instanceof Mnemonics.Check.Misspelt misspelt) {
      throw new IllegalStateException(
          file
              + ": "
              + misspelt.words().stream().map(w -> say(w)).collect(Collectors.joining("; ")));
    }
    Mnemonics.Check.Usable usable = (Mnemonics.Check.Usable) check;
    if (!usable.checksum()) {
      LOG.warn(
          "the mnemonic in {} has no valid checksum. Browser extensions create such mnemonics, so it"
              + " is used; if you copied it by hand, compare it with the original",
          file);
    }
    return usable.phrase();
  }

  private static String missing(Path file) {
    return file
        + " is missing. Put the 24 words of the account there and run chmod 600 on it, or set"
        + " createIfMissing=true to create a new account";
  }

  private static String say(Mnemonics.WrongWord wrong) {
    List<String> likely = wrong.likely();
    String known = "word " + wrong.position() + ", '" + wrong.word() + "', is not in the list";
    return likely.isEmpty() ? known : known + "; likely " + String.join(" or ", likely);
  }
}
