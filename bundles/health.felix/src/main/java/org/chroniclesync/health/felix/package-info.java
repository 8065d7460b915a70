/** Health checks for Apache Felix Health Checks, drawn from what the node says of itself. */
@NullMarked
package org.chroniclesync.health.felix;

import org.jspecify.annotations.NullMarked;
