/**
 * Giving the words of an account to another device by a short code: the meeting, and what the two
 * say to each other there.
 */
@NullMarked
package org.chroniclesync.core.pairing;

import org.jspecify.annotations.NullMarked;
