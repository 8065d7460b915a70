/**
 * Commands for a person at a terminal, and the control socket through which they reach a running
 * node.
 */
@NullMarked
package org.chroniclesync.shell;

import org.jspecify.annotations.NullMarked;
