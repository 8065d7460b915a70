/**
 * Mnemonics, the account's key and version 1 envelopes. Nothing is exported: both are found as
 * services.
 */
@NullMarked
package org.chroniclesync.crypto.bouncycastle;

import org.jspecify.annotations.NullMarked;
