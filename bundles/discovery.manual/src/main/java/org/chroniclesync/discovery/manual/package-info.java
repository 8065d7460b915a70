/** Offer and answer carried by hand, where there is no discovery service. */
@NullMarked
package org.chroniclesync.discovery.manual;

import org.jspecify.annotations.NullMarked;
