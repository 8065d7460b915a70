/**
 * The engine: who is there, a session with each, and what is still to be said.
 *
 * <p>One thread, the loop, owns the peers; each session has a thread that reads and one that
 * writes. Nothing here does I/O of its own: channels, stores and discoveries are services.
 */
@NullMarked
package org.chroniclesync.core;

import org.jspecify.annotations.NullMarked;
