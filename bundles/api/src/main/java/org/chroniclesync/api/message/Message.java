// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A message of a session.
 *
 * @param payload what it says
 * @param sender the member {@code clientId}: the account id, by custom; nothing rests on it
 * @param timestampMillis when it was made by the sender's clock, milliseconds since 1970
 */
@ProviderType
public record Message(Payload payload, String sender, long timestampMillis) {}
