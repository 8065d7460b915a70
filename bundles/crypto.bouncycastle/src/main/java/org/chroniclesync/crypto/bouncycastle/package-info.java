/**
 * Mnemonics, the account's keys, version 1 envelopes, version 2 sessions and sealed signals.
 * Nothing is exported: all are found as services.
 */
@NullMarked
package org.chroniclesync.crypto.bouncycastle;

import org.jspecify.annotations.NullMarked;
