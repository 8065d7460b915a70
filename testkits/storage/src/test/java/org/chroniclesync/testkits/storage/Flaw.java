// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.util.Set;

/** A way to break one rule, and the tests of the kit that must notice it; no others may. */
enum Flaw {
  /** Keeps the newest batches in memory until more come. */
  WRITES_LATE(
      "rule1DurableEntriesAndMarksOutliveTheStore",
      "rule1DurableAfterAKill",
      "rule1DurableAfterAPowerCut",
      "rule1DurableWhenClosedWhileBusy"),
  /** Leaves it to the system when it writes to the disk. */
  NEVER_SYNCS("rule1DurableAfterAPowerCut"),
  /** Takes a new name each time it is opened. */
  RENAMES_ITS_FEED("rule1DurableEntriesAndMarksOutliveTheStore", "rule1DurableAfterAKill"),

  /** Shows the marks of a batch before its entries. */
  MARKS_FIRST("rule2AtomicMarksAreSeenWithTheirEntriesOnly"),
  /** Replaces what stands before it finds out that there is no space. */
  REFUSES_LATE("rule2AtomicRefusedBatchLeavesNothing"),
  /** Writes the marks of a batch, then its entries at once, and syncs both together. */
  WRITES_IN_TWO("rule2AtomicRefusedBatchLeavesNothing", "rule2AtomicWhereverItIsCut"),
  /** Commits the marks of a batch, and then its entries. */
  COMMITS_IN_TWO("rule2AtomicRefusedBatchLeavesNothing", "rule2AtomicWhereverItIsCut"),
  /** Says that it was closed although the batch was written. */
  DENIES_WHAT_IT_WROTE("rule2AtomicWhatWasRefusedWhenClosedIsNotThere"),

  /** Of versions of the same time the one stands that came last. */
  LAST_OF_EQUALS(
      "rule3ConvergentWhateverTheOrder", "rule3ConvergentTombstoneStandsAgainstLateNews"),
  /** What comes after a tombstone stands, however old it is. */
  RAISES_THE_DEAD(
      "rule3ConvergentWhateverTheOrder", "rule3ConvergentTombstoneStandsAgainstLateNews"),

  /** Takes the same version for a newer one. */
  REPLACES_EQUALS("rule4IdempotentMergeChangesNothing"),

  /** Leaves a changed visit where it was in the feed. */
  KEEPS_POSITIONS("rule5FedChangesMoveToTheHead", "rule5FedReaderMissesNothingWhileThreadsMerge"),
  /** Names a visit as often as it occurs in the batch. */
  NAMES_TWICE("rule5FedResultNamesEachChangedVisitOnce"),
  /** Refuses positions that it never gave out. */
  TRUSTS_POSITIONS("rule5FedFromAnyPosition"),
  /** Leaves out what has no source together with what has the one to leave out. */
  LEAVES_OUT_ITS_OWN("rule5FedInAStretchWithoutASource"),

  /** Searches what was there before the last merge. */
  SEARCHES_LATE(
      "rule6SearchableAndSaysWhichWordIsUnknown",
      "rule6SearchableAtOnceAndNoLongerWhenDeletedOrOverwritten",
      "rule6SearchableByConditions",
      "rule6SearchableByPageHoweverOftenItWasVisited",
      "rule6SearchableByWhatDevicesAreCalled",
      "rule6SearchableInTitleUrlAndSummary",
      "rule6SearchableToTheEndByContinuations",
      "rule6SearchableToTheEndWhileItChanges",
      "rule6SearchableUnderTheNewestTitleThatStands",
      "rule6SearchableWithoutSpecialCharacters",
      "rule6SearchableWithoutWhatAPageLoadedIntoItsFrames"),
  /** Searches titles only. */
  SEARCHES_TITLES(
      "rule6SearchableByConditions",
      "rule6SearchableByPageHoweverOftenItWasVisited",
      "rule6SearchableByWhatDevicesAreCalled",
      "rule6SearchableInTitleUrlAndSummary",
      "rule6SearchableToTheEndByContinuations",
      "rule6SearchableToTheEndWhileItChanges",
      "rule6SearchableWithoutWhatAPageLoadedIntoItsFrames"),
  /** Goes on with a search in the history as it was when the search began. */
  FOLLOWS_WHAT_WAS("rule6SearchableToTheEndWhileItChanges"),
  /** Takes a per cent sign for a wildcard. */
  HAS_WILDCARDS("rule6SearchableWithoutSpecialCharacters"),

  /** Writes texts as UTF-8. */
  SPEAKS_UTF8("rule7FaithfulToTextThatIsHardToStore", "rule7FaithfulToTheLargestOfAllFields"),
  /** Has columns of a thousand characters. */
  CUTS_LONG_TEXTS("rule7FaithfulToTheLargestOfAllFields"),
  /** Compares ids without regard to case. */
  FOLDS_CASE("rule7FaithfulToIdsThatDifferByLittle"),

  /** Reads by id only. */
  FORGETS_TIME("rule8OrderedAndWithoutTombstones"),
  /** Shows tombstones in a window. */
  SHOWS_THE_DEAD("rule8OrderedAndWithoutTombstones"),
  /** Finds one visit of a page when it is asked for all of them. */
  SELECTS_ONE_OF_A_PAGE("rule8OrderedAndWholeWhatASelectionAsksFor"),
  /** Finds only those visits of a page that lists show. */
  SELECTS_WHAT_IS_SHOWN("rule8OrderedAndWholeWhatASelectionAsksFor"),

  /** Counts tombstones as visits. */
  COUNTS_THE_DEAD("rule9CountedWhateverCame"),
  /** Lets those wait who ask for its state until a merge is done. */
  LOCKS_ITS_STATE("rule9CountedWithoutWaitingForAMerge"),
  /** Describes a device as its first visit did. */
  DESCRIBES_BY_OLDEST("rule9CountedAsTheNewestVisitDescribesTheDevice"),

  /** Gives out its own map of marks. */
  LENDS_ITS_MARKS("rule10MarkedUntilAnotherMergeSaysOtherwise"),
  /** Has room for a thousand marks. */
  IS_SHORT_OF_MARKS("rule10MarkedWithRoomForAllThatANodeSets"),

  /** Lets no merge in while a cursor is open. */
  LOCKS_WHILE_READ("rule11UnhinderedByCursorsThatStayOpen"),
  /** Ends a cursor over time when something was merged. */
  ENDS_EARLY("rule11UnhinderedByCursorsThatStayOpen"),

  /** Compares without the lock, then writes with it. */
  RACES("rule12OneAfterAnother"),

  /** Goes on reading from a cursor after the end. */
  READS_ON("rule13ClosedStoreAndCursorSaySo"),
  /** Says to those who waited that something failed. */
  FAILS_WHEN_CLOSED("rule13ClosedWhileBusyEndsAllCalls"),
  /** Leaves a thread behind. */
  LEAVES_A_THREAD("rule13ClosedLeavesNeitherThreadNorFile"),
  /** Leaves its file open. */
  LEAVES_A_FILE("rule13ClosedLeavesNeitherThreadNorFile"),

  /** Says that something failed when there is no space. */
  IS_SURPRISED_WHEN_FULL(
      "rule14FullStoreKeepsWhatWasMerged",
      "rule14FullDiskKeepsWhatWasMergedAndIsWrittenAgainWhenThereIsSpace"),
  /** Once full, full for ever. */
  STAYS_FULL("rule14FullDiskKeepsWhatWasMergedAndIsWrittenAgainWhenThereIsSpace"),

  /** Leaves tombstones out of its sums. */
  SUMS_THE_LIVING("rule15FingerprintedAsTheVersionsThatStand", "rule15FingerprintedAtOneMoment"),
  /** Adds what came and never subtracts what went. */
  SUMS_WHAT_WAS("rule15FingerprintedAsTheVersionsThatStand", "rule15FingerprintedAtOneMoment"),
  /** Keeps its sums in memory only. */
  SUMS_SINCE_OPENED("rule15FingerprintedWhenOpenedAgainAlsoAfterAKill"),
  /** Shows the sums in the middle of a merge. */
  SUMS_HALF_A_MERGE("rule15FingerprintedAtOneMoment"),
  /** Splits by time, however many visits there are. */
  SPLITS_BY_TIME("rule15FingerprintedInPartsOfEqualSize"),
  /** Lists what is in a range by id. */
  LISTS_BY_ID("rule15FingerprintedEntriesInOrder"),

  /** Is broken by a caller that is interrupted. */
  BREAKS_WHEN_INTERRUPTED("rule16ContainedWhenTheCallerIsInterrupted"),

  /** Leaves in its file what tombstones replaced. */
  KEEPS_WHAT_WAS_DELETED(
      "rule17ErasedIsInNoFile",
      "rule17ErasedOneOfManyVisits",
      "rule17ErasedWhileOthersErase",
      "rule17ErasedWhileOthersMerge"),

  /** Nothing is wrong. */
  NONE();

  private final String noticedBy;

  Flaw(String... noticedBy) {
    this.noticedBy = String.join(" ", noticedBy);
  }

  Set<String> noticedBy() {
    return noticedBy.isEmpty() ? Set.of() : Set.of(noticedBy.split(" "));
  }
}
