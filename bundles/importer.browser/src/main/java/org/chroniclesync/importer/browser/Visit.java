// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import org.jspecify.annotations.Nullable;

/**
 * A visit as it stands in a browser's database.
 *
 * @param row its row number
 * @param storedTime the time in the browser's own count
 * @param fromRow the row of the visit that led here, or 0
 * @param fromStoredTime that visit's time, or 0 if it no longer exists
 * @param transition the browser's own number for how the visit came about
 * @param hidden true for pages that the browser itself does not show in its history
 * @param foreign true if the browser got it from another device
 * @param urlChars how long the URL is, or 0 if there is none
 * @param url the URL, or null if there is none or a longer one than an entry may have
 * @param title the title, perhaps cut, or empty
 */
record Visit(
    long row,
    long storedTime,
    long fromRow,
    long fromStoredTime,
    int transition,
    boolean hidden,
    boolean foreign,
    long urlChars,
    @Nullable String url,
    String title) {}
