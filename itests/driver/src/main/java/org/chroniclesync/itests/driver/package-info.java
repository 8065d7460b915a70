/**
 * Real browsers for tests, each with a profile of its own and no window. They are looked for where
 * Debian puts them.
 */
@NullMarked
package org.chroniclesync.itests.driver;

import org.jspecify.annotations.NullMarked;
