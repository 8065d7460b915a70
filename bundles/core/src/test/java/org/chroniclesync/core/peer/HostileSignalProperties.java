// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.crypto.SignalSeals;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.core.References;
import org.chroniclesync.core.base.DeviceProof;
import org.chroniclesync.core.base.LeasedService;
import org.chroniclesync.testkits.mutations.Mutations;

/**
 * What a device with the words seals and signs, changed at random: only there does anybody reach
 * what is inside. For more than the thousand that the build takes: {@code
 * -Djqwik.tries.default=1000000}.
 */
class HostileSignalProperties {
  private static final SignalSealing SEALING =
      new SignalSealing(new PeerId("node.a"), new PeerId("node.b"), identities());

  /** Seals and signatures are the crypto bundle's to test; here they always fit. */
  private static final class Open implements SignalSeals {
    @Override
    public String seal(byte[] signal, PeerId from, PeerId to) {
      return Base64.getUrlEncoder().withoutPadding().encodeToString(signal);
    }

    @Override
    public byte[] open(String sealed, PeerId from, PeerId to) {
      return Base64.getUrlDecoder().decode(sealed);
    }
  }

  private static LeasedService<Identity> identities() {
    LeasedService<Identity> identities = new LeasedService<>();
    identities.add(References.ranked(1), identity(new Open()));
    return identities;
  }

  private static Identity identity(SignalSeals seals) {
    return (Identity)
        Proxy.newProxyInstance(
            Identity.class.getClassLoader(),
            new Class<?>[] {Identity.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "signals" -> seals;
                  case "isSignedBy" -> true;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static byte[] signal(int kind, int number, String... texts) {
    ByteBuffer bytes = ByteBuffer.allocate(4_096);
    bytes.put(new byte[DeviceProof.BYTES]).put((byte) kind).putInt(number);
    for (String text : texts) {
      bytes.putInt(text.getBytes(UTF_8).length).put(text.getBytes(UTF_8));
    }
    byte[] signal = new byte[bytes.flip().remaining()];
    bytes.get(signal);
    return signal;
  }

  @Provide
  Arbitrary<byte[]> signals() {
    return Mutations.ofBytes(
        List.of(
            signal(1, 0, "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\n"),
            signal(2, 0, "v=0\r\n"),
            signal(3, 7, "0", "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host"),
            signal(3, 255, "", ""),
            signal(4, 17),
            view()));
  }

  private static byte[] view() {
    AttemptReport.Candidate here =
        new AttemptReport.Candidate(AttemptReport.Candidate.Kind.HOST, "udp", "192.0.2.1:9");
    AttemptReport report =
        new AttemptReport(
            Instant.EPOCH,
            true,
            AttemptReport.Stage.CHECKING,
            List.of(here),
            List.of(here),
            List.of(
                new AttemptReport.Pair(
                    here, here, AttemptReport.Pair.State.FAILED, 1, 0, -1, "late")),
            List.of(new AttemptReport.ServerProblem("stun:x", 701, "")));
    byte[] view =
        ViewBytes.of(
            (byte) 5, 17, List.of(new PeerAttempt("t", report, null, null)), Instant.EPOCH);
    return ByteBuffer.allocate(DeviceProof.BYTES + view.length)
        .put(DeviceProof.BYTES, view)
        .array();
  }

  @Property
  void whatADeviceSealedIsASignalWithinBoundsOrRefused(@ForAll("signals") byte[] signal) {
    if (signal.length == 0) {
      return;
    }
    String sealed = new Open().seal(signal, SEALING.self(), SEALING.peer());

    SignalSealing.Opened opened = SEALING.open(new Signal.Sealed(sealed));

    Statistics.label("a signal")
        .collect(opened instanceof SignalSealing.Opened.Signalled)
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 10));
    if (opened instanceof SignalSealing.Opened.Signalled is) {
      assertThat(is.signal()).isNotInstanceOf(Signal.Sealed.class);
      if (is.signal() instanceof Signal.Candidate candidate) {
        assertThat(candidate.sdpMLineIndex()).isBetween(0, 255);
      }
    } else if (opened instanceof SignalSealing.Opened.Unknown) {
      assertThat(signal[DeviceProof.BYTES])
          .isNotIn((byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5);
    } else if (opened instanceof SignalSealing.Opened.Told told) {
      assertThat(told.attempts()).hasSizeLessThanOrEqualTo(PeerView.MAX_ATTEMPTS);
    } else if (opened instanceof SignalSealing.Opened.Asked) {
      assertThat(signal[DeviceProof.BYTES]).isEqualTo((byte) 4);
    } else {
      assertThat(opened).isInstanceOf(SignalSealing.Opened.Refused.class);
    }
  }
}
