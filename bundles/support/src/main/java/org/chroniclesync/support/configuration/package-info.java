/**
 * Checks of configuration values, with messages that name the key, the PID, the value and what is
 * allowed.
 */
@NullMarked
package org.chroniclesync.support.configuration;

import org.jspecify.annotations.NullMarked;
