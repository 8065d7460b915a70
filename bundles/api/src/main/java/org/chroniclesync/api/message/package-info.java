/**
 * What devices say to each other. Third parties implement {@link
 * org.chroniclesync.api.message.MessageHandler}.
 */
@Export
@Version("1.0.0")
@NullMarked
package org.chroniclesync.api.message;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
