/**
 * Commands for a person at a terminal, and the control socket through which they reach a running
 * node.
 */
// Gogo's runtime demands one; ours is reached over a socket.
@Capability(
    namespace = "org.apache.felix.gogo",
    name = "shell.implementation",
    version = "1.0.0",
    effective = "active")
@NullMarked
package org.chroniclesync.shell;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Capability;
