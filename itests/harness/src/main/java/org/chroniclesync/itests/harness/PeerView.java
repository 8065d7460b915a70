// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

/**
 * A peer as a node shows it.
 *
 * @param id its peer id
 * @param state the name of its state, such as {@code InSync}
 * @param why the sentence that goes with the state, or the empty string
 * @param transport the name of the transport of its channel, or the empty string
 * @param transportNote why it is of no better transport, or the empty string
 * @param node true if it is known to be a node
 * @param device its device id, or the empty string
 * @param entriesIn entries received
 * @param entriesOut entries sent
 * @param refused frames, messages and entries that were unusable
 */
public record PeerView(
    String id,
    String state,
    String why,
    String transport,
    String transportNote,
    boolean node,
    String device,
    long entriesIn,
    long entriesOut,
    long refused) {}
