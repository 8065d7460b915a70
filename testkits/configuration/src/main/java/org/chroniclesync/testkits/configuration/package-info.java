/**
 * What a configuration keeps to. A bundle's own test extends {@link
 * org.chroniclesync.testkits.configuration.ConfigurationContract}.
 */
@NullMarked
package org.chroniclesync.testkits.configuration;

import org.jspecify.annotations.NullMarked;
