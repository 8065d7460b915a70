/** What the devices of an account agree on: shared settings, and rules of what is kept. */
@NullMarked
package org.chroniclesync.account;

import org.jspecify.annotations.NullMarked;
