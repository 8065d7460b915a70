/**
 * The commands on the console of Apache Karaf. Karaf makes an action for each call, with the
 * services that are there; what an action does is shared with the Gogo shell.
 */
// Karaf looks for actions in these packages only.
@Header(name = "Karaf-Commands", value = "org.chroniclesync.shell.karaf")
@NullMarked
package org.chroniclesync.shell.karaf;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Header;
