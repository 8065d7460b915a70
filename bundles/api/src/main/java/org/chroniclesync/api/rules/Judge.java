// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.rules;

import java.util.Optional;
import org.chroniclesync.api.history.DeviceId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The rules as they were at one moment. Immutable, safe for any thread; no method blocks, and each
 * takes a time that grows only with the length of the address and of the rules.
 */
@ProviderType
public interface Judge {
  /**
   * Returns a short word that is the same as long as the rules, and all that this version knows of
   * secrets in addresses, are the same.
   *
   * @return 1 to 64 letters and digits
   */
  String digest();

  /**
   * Returns why a visit must not be stored.
   *
   * @param url its address
   * @param visitMillis when it was, milliseconds since 1970
   * @param device whose it is
   * @return the rule that leaves it out, or empty if it may be stored
   */
  Optional<Rule> leavesOut(String url, double visitMillis, DeviceId device);

  /**
   * Cuts the secrets out of an address: names and passwords of users, tokens, session ids, codes
   * and signatures. The page can still be told. Of what was cut once nothing more is cut.
   *
   * @param url an address
   * @return the address as it is to be stored; the same if there is nothing to cut, or the owner
   *     wants secrets kept
   */
  String cut(String url);
}
