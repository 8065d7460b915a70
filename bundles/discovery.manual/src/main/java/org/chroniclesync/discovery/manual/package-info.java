/**
 * Offer and answer carried by hand, where there is no discovery service. {@link
 * org.chroniclesync.discovery.manual.HandCarried} is for whoever shows the texts to a person.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.discovery.manual;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
