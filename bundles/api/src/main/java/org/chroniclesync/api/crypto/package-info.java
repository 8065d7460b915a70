/**
 * From a mnemonic to an identity, and from bytes to frames that only devices of that identity open.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.crypto;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
