// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import java.util.Map;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.core.References;
import org.chroniclesync.core.base.LeasedService;

/** Seals and opens signals as a node does, for a device that tests speak for. */
public final class SignalsOfNodes {
  private final Identity identity;
  private final SignalSealing sealing;

  /** Between the device of an identity and a peer. */
  public SignalsOfNodes(Identity identity, PeerId peer) {
    this.identity = identity;
    LeasedService<Identity> identities = new LeasedService<>();
    identities.add(References.best(Map.of()), identity);
    identities.lendBest();
    sealing = new SignalSealing(identity.self(), peer, identities);
  }

  /** Seals a signal. */
  public Signal seal(Signal signal) {
    Signal sealed = sealing.seal(signal);
    if (sealed == null) {
      throw new AssertionError("nobody seals");
    }
    return sealed;
  }

  /** Seals what a later version may say. */
  public Signal seal(byte[] signal) {
    return sealing.seal(signal, identity);
  }

  /** Tells whether a signal is the other's view of the attempts to connect. */
  public boolean isView(Signal signal) {
    return signal instanceof Signal.Sealed sealed
        && sealing.open(sealed) instanceof SignalSealing.Opened.Told;
  }

  /** Tells whether a signal asks for this device's view. */
  public boolean isQuestion(Signal signal) {
    return signal instanceof Signal.Sealed sealed
        && sealing.open(sealed) instanceof SignalSealing.Opened.Asked;
  }

  /** Opens a signal that is sealed. */
  public Signal open(Signal signal) {
    if (signal instanceof Signal.Sealed sealed
        && sealing.open(sealed) instanceof SignalSealing.Opened.Signalled signalled) {
      return signalled.signal();
    }
    throw new AssertionError("not sealed for this device");
  }
}
