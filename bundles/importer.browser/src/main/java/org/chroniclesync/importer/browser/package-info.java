/** Brings the history of the browsers on this machine into the node's history. */
@NullMarked
package org.chroniclesync.importer.browser;

import org.jspecify.annotations.NullMarked;
