// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

/** What a broken transport does wrong, and the test that must see it. */
enum Flaw {
  NONE(""),
  ACCEPTS_ANYTHING("t1_itsOwnDescriptionsAreAcceptedAndNoOthers"),
  ACCEPTS_NO_ANSWERS("t1_itsOwnDescriptionsAreAcceptedAndNoOthers"),
  OFFERS_BY_ITSELF("t2_aLinkDoesNothingByItself"),
  TELLS_AT_ONCE_ON_MANY_THREADS("t3_eventsComeOneAtATime"),
  STOPS_AFTER_A_LISTENER_THREW("t3_aListenerThatThrowsIsToldOfTheRest"),
  LEAVES_CHANNELS_OPEN("t4_stoppingEndsLinksAndChannels"),
  ENDS_AS_THE_PEERS_DOING("t4_stoppingEndsLinksAndChannels"),
  LEAVES_A_THREAD("t2_aLinkDoesNothingByItself"),
  LEAVES_A_SOCKET("t2_aLinkDoesNothingByItself"),
  MIXES_PEERS_UP("t5_manyPeersAtOnceDoNotMixUp"),
  GREATER_MUST_NOT_OFFER("l1_eitherMayOffer"),
  NEEDS_CANDIDATES("l1_eitherMayOffer"),
  NOBODY_YIELDS("l2_twoThatOfferAtOnceEndWithOneChannel"),
  DOES_NOT_REPEAT("l2_theOfferOfTheSmallerStandsAlsoIfTheGreaterMissedIt"),
  ANSWERS_ONCE("l3_aPeerThatBeganAnewGetsANewChannel"),
  OFFERS_ONCE("l3_afterALossEitherOffersAgain"),
  DIES_OF_AN_OFFER("l4_hostileOffersDoNotDisturbALink"),
  DIES_OF_AN_ANSWER("l4_hostileAnswersDoNotDisturbALink"),
  IS_SILENT_ON_NONSENSE("l4_hostileOffersDoNotDisturbALink"),
  TALKS_TO_ITSELF("l4_aDescriptionThatComesBackToItsMakerMakesNoChannel"),
  TELLS_AFTER_CLOSE("l5_aClosedLinkTellsNothing"),
  CLOSES_CHANNELS_WITH_LINKS("l5_channelsOutliveTheirLinks"),
  NEVER_GIVES_UP("l6_whatNobodyAnswersFailsWithASentence"),
  SAYS_NOTHING_ON_FAILURE("l6_whatNobodyAnswersFailsWithASentence"),
  LETS_THE_ROGUE_HOLD_IT_UP("l7_whoWasNotInvitedGetsNowhere"),
  LOSES_A_FRAME("c1_framesArriveWholeAndInOrder"),
  DOUBLES_A_FRAME("c1_framesArriveWholeAndInOrder"),
  SWAPS_FRAMES("c1_framesArriveWholeAndInOrder"),
  CUTS_FRAMES("c1_framesArriveWholeAndInOrder"),
  MAKES_TEXT_OF_ALL("c1_framesArriveWholeAndInOrder"),
  STATES_TOO_MUCH("c2_aFrameOfTheGreatestLengthArrives"),
  ENDS_DISAGREE_ON_LENGTH("c2_aFrameOfTheGreatestLengthArrives"),
  COUNTS_CHARACTERS("c2_aLongerFrameIsRefusedAndTheChannelGoesOn"),
  ENDS_ON_A_LONG_FRAME("c2_aLongerFrameIsRefusedAndTheChannelGoesOn"),
  MIXES_SENDERS_UP("c3_manySendersBothWaysDoNotMixUp"),
  TAKES_ANY_NUMBER("c4_aReceiverThatTakesNothingHoldsTheSenderOrCutsItOff"),
  DROPS_WHAT_IS_TOO_MUCH("c4_aReceiverThatTakesNothingHoldsTheSenderOrCutsItOff"),
  SKIPS_ONE_WHEN_FULL("c4_aReceiverThatTakesNothingHoldsTheSenderOrCutsItOff"),
  HAS_NO_BUFFER("c4_aFrameEachWayIsTakenWhileNobodyReceives"),
  FORGETS_OWN_WAITERS("c5_closingFreesThoseThatWait"),
  FORGETS_THE_PEERS_WAITERS("c5_thePeersEndFreesThoseThatWait"),
  TAKES_THE_LAST_REASON("c6_eachSideKnowsWhoEndedIt"),
  TELLS_THE_PEER_THE_REASON("c6_eachSideKnowsWhoEndedIt"),
  SENDS_AFTER_THE_END("c6_eachSideKnowsWhoEndedIt"),
  DROPS_LAST_WORDS("c7_whatArrivedBeforeTheEndIsHandedOut"),
  FLUSHES_WHAT_WAITS("c8_flushTellsWhetherAllHasLeft"),
  CANNOT_BE_INTERRUPTED("c9_waitingEndsWithPatienceOrInterruption"),
  HAS_NO_PATIENCE("c9_waitingEndsWithPatienceOrInterruption"),
  BINDINGS_DIFFER("c10_theBindingIsThatOfTheConnection"),
  BINDS_ALL_ALIKE("c10_theBindingIsThatOfTheConnection");

  /** The name of the method of a contract that fails. */
  final String seenBy;

  Flaw(String seenBy) {
    this.seenBy = seenBy;
  }
}
