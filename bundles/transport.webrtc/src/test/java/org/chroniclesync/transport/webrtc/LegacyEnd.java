// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import dev.onvoid.webrtc.CreateSessionDescriptionObserver;
import dev.onvoid.webrtc.PeerConnectionFactory;
import dev.onvoid.webrtc.PeerConnectionObserver;
import dev.onvoid.webrtc.RTCAnswerOptions;
import dev.onvoid.webrtc.RTCConfiguration;
import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelInit;
import dev.onvoid.webrtc.RTCDataChannelObserver;
import dev.onvoid.webrtc.RTCIceCandidate;
import dev.onvoid.webrtc.RTCOfferOptions;
import dev.onvoid.webrtc.RTCPeerConnection;
import dev.onvoid.webrtc.RTCSdpType;
import dev.onvoid.webrtc.RTCSessionDescription;
import dev.onvoid.webrtc.SetSessionDescriptionObserver;
import dev.onvoid.webrtc.media.audio.AudioDeviceModule;
import dev.onvoid.webrtc.media.audio.AudioLayer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Signal;
import org.jspecify.annotations.Nullable;

/** A client of version 1 as we do not know it: it may deal with glare in any of these ways. */
final class LegacyEnd {
  /** What it does with an offer when it has made one itself. */
  enum Glare {
    /** It takes its own back and answers, as browsers do by themselves. */
    YIELDS,
    /** It ignores the offer and waits for an answer to its own. */
    INSISTS,
    /** It forgets its own connection and answers on a new one. */
    BEGINS_ANEW,
    /** It answers on a second connection and keeps the first. */
    KEEPS_BOTH
  }

  final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final AudioDeviceModule audio = new AudioDeviceModule(AudioLayer.kDummyAudio);
  private final PeerConnectionFactory factory = new PeerConnectionFactory(audio);
  private final List<RTCPeerConnection> all = new ArrayList<>();
  private final List<RTCDataChannel> channels = new ArrayList<>();
  private final Glare glare;
  private final Consumer<Signal> out;
  private @Nullable RTCPeerConnection offering;
  private @Nullable RTCPeerConnection latest;

  LegacyEnd(Glare glare, Consumer<Signal> out) {
    this.glare = glare;
    this.out = out;
  }

  void offer() {
    thread.execute(
        () -> {
          RTCPeerConnection made = connection();
          offering = made;
          watch(made.createDataChannel("chroniclesync", new RTCDataChannelInit()));
          made.createOffer(new RTCOfferOptions(), describe(made));
        });
  }

  void signal(Signal signal) {
    thread.execute(() -> take(signal));
  }

  void sendOnAll(String text) {
    thread.execute(
        () -> {
          for (RTCDataChannel channel : channels) {
            try {
              channel.send(
                  new RTCDataChannelBuffer(
                      ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), false));
            } catch (Exception e) {
              // One of them is not open; the other carries it.
            }
          }
        });
  }

  private void take(Signal signal) {
    if (signal instanceof Signal.Answer answer && offering != null) {
      offering.setRemoteDescription(
          new RTCSessionDescription(RTCSdpType.ANSWER, answer.sdp()), then(() -> {}));
    } else if (signal instanceof Signal.Candidate candidate && latest != null) {
      RTCIceCandidate ice =
          new RTCIceCandidate(candidate.sdpMid(), candidate.sdpMLineIndex(), candidate.candidate());
      for (RTCPeerConnection one : all) {
        try {
          one.addIceCandidate(ice);
        } catch (RuntimeException e) {
          // It belongs to another connection.
        }
      }
    } else if (signal instanceof Signal.Offer offer) {
      takeOffer(offer);
    }
  }

  private void takeOffer(Signal.Offer offer) {
    RTCPeerConnection ours = offering;
    if (ours != null && glare == Glare.INSISTS) {
      return;
    }
    if (ours != null && glare != Glare.KEEPS_BOTH) {
      ours.close();
      all.remove(ours);
      channels.clear();
      offering = null;
    }
    RTCPeerConnection made = connection();
    made.setRemoteDescription(
        new RTCSessionDescription(RTCSdpType.OFFER, offer.sdp()),
        then(() -> made.createAnswer(new RTCAnswerOptions(), describe(made))));
  }

  private RTCPeerConnection connection() {
    RTCPeerConnection made =
        factory.createPeerConnection(
            new RTCConfiguration(),
            new PeerConnectionObserver() {
              @Override
              public void onIceCandidate(RTCIceCandidate candidate) {
                out.accept(
                    new Signal.Candidate(candidate.sdpMid, candidate.sdpMLineIndex, candidate.sdp));
              }

              @Override
              public void onDataChannel(RTCDataChannel channel) {
                thread.execute(() -> watch(channel));
              }
            });
    all.add(made);
    latest = made;
    return made;
  }

  private void watch(RTCDataChannel channel) {
    channels.add(channel);
    channel.registerObserver(
        new RTCDataChannelObserver() {
          @Override
          public void onBufferedAmountChange(long previous) {}

          @Override
          public void onStateChange() {}

          @Override
          public void onMessage(RTCDataChannelBuffer buffer) {
            byte[] bytes = new byte[buffer.data.remaining()];
            buffer.data.get(bytes);
            received.add(new String(bytes, StandardCharsets.UTF_8));
          }
        });
  }

  private CreateSessionDescriptionObserver describe(RTCPeerConnection made) {
    return new CreateSessionDescriptionObserver() {
      @Override
      public void onSuccess(RTCSessionDescription description) {
        thread.execute(
            () ->
                made.setLocalDescription(
                    description,
                    then(
                        () ->
                            out.accept(
                                description.sdpType == RTCSdpType.OFFER
                                    ? new Signal.Offer(description.sdp, false)
                                    : new Signal.Answer(description.sdp)))));
      }

      @Override
      public void onFailure(String error) {}
    };
  }

  private SetSessionDescriptionObserver then(Runnable next) {
    return new SetSessionDescriptionObserver() {
      @Override
      public void onSuccess() {
        thread.execute(next);
      }

      @Override
      public void onFailure(String error) {}
    };
  }

  void close() throws Exception {
    thread
        .submit(
            () -> {
              channels.forEach(RTCDataChannel::unregisterObserver);
              all.forEach(RTCPeerConnection::close);
              factory.dispose();
              audio.dispose();
            })
        .get();
    thread.shutdown();
  }
}
