/**
 * The page that a person opens in a browser, its JSON under {@code /api/v1}, and what keeps others
 * out.
 */
@NullMarked
package org.chroniclesync.web;

import org.jspecify.annotations.NullMarked;
