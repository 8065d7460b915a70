/**
 * The numbers of a node's status, in the formats of Prometheus and OpenMetrics, for whoever asks by
 * HTTP. Nothing of the history is in them.
 */
@NullMarked
package org.chroniclesync.metrics.prometheus;

import org.jspecify.annotations.NullMarked;
