/** The words that a mnemonic is made of. */
@NullMarked
package org.chroniclesync.support.mnemonic;

import org.jspecify.annotations.NullMarked;
