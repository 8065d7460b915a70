// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.Locale;

/**
 * Why a request comes to nothing, by a word: a page has its own sentence for each, in its language.
 */
enum Code {
  /** The request is none: not what a person did, but the page or the program that asks. */
  REQUEST,
  NOT_OPENED,
  NOT_SIGNED_IN,
  WRONG_PASSWORD,
  TOO_MANY_PASSWORDS,
  NO_PASSWORD_HERE,
  ONLY_THERE,
  ONLY_HOUSE,
  OTHER_PAGE,
  WRONG_HOST,
  NOT_RUNNING,
  STOPPING,
  FAILED,
  NO_STORAGE,
  STORAGE_FAILED,
  PART_MISSING,
  BUSY,
  TOO_MANY_WORKS,
  TOO_MANY_PAGES,
  WORK_GONE,
  VISIT_GONE,
  NO_YEAR,
  QUESTION_REFUSED,
  SELECTION_REFUSED,
  NOT_CONFIRMED,
  DELETION_GONE,
  DELETION_REFUSED,
  DEVICE_GONE,
  NAME_REFUSED,
  NAME_TOO_LONG,
  CODE_REFUSED,
  PAIRING_REFUSED,
  WORDS_REFUSED,
  CARRIED_REFUSED,
  QR_TOO_LONG,
  NOT_VANISHED,
  IMPORT_REFUSED,
  FILE_EMPTY,
  FILE_TOO_LARGE,
  DISK,
  RULE_REFUSED,
  RULE_GONE,
  PAUSE_REFUSED,
  BUNDLE_GONE,
  BUNDLE_NEEDED,
  BUNDLE_NOT_STARTED,
  BUNDLE_NOT_STOPPED,
  NOT_SWAPPABLE,
  SETTINGS_GONE,
  SETTINGS_UNREADABLE,
  SETTINGS_NOT_KEPT,
  SETTING_GONE,
  SETTING_REFUSED,
  GUEST_GONE,
  SHARE_REFUSED;

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
