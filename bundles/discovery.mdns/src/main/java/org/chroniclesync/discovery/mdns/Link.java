// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line to another member, or to somebody who has yet to prove to be one. For the loop.
 *
 * <p>Who connects speaks first. Until that proves to come from a member nothing is answered, and
 * nothing is read but its 80 bytes; whoever sends others is left without an answer until time is
 * up, so that even the end of the line says nothing.
 */
final class Link implements Loop.Handler {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  /** Longest frame before the introduction was read, in bytes. */
  private static final int MAX_INTRODUCTION_BYTES = 2_048;

  /** Frames that are read before others have their turn. */
  private static final int MAX_AT_ONCE = 16;

  /** Events that wait for the listener; what comes after them waits in the network. */
  private static final int MAX_WAITING = 16;

  /** What a link asks of the room, and tells it. */
  interface Owner {
    byte[] introduction(byte[] hash, boolean initiator);

    @Nullable Introduction introduced(ByteBuffer frame, byte[] hash, boolean byInitiator);

    /** Both sides have proved who they are. */
    void open(Link link);

    void signalled(Link link, Signal signal);

    /** It is over; told once. */
    void closed(Link link, String why);

    Loop loop();
  }

  private enum Phase {
    CONNECTING,
    FIRST,
    SECOND,
    INTRODUCTION,
    CONFIRMATION,
    OPEN,
    SHUNNED,
    CLOSED
  }

  private final Owner owner;
  private final SocketChannel channel;
  private final InetAddress address;
  private final boolean initiator;
  private final @Nullable Handshake handshake;
  private final @Nullable Guise guise;
  private final long bornNanos = System.nanoTime();
  private final Deque<ByteBuffer> out = new ArrayDeque<>();

  private @Nullable SelectionKey key;
  private Phase phase;
  private ByteBuffer in = ByteBuffer.allocate(Handshake.BYTES);
  private byte @Nullable [] length;
  private Handshake.@Nullable Agreed agreed;
  private long sent;
  private long received;
  private @Nullable Introduction peer;
  private String instances;
  private Supplier<@Nullable String> signals = () -> null;
  private int waiting;
  private long heardNanos = bornNanos;

  private Link(
      Owner owner,
      SocketChannel channel,
      InetAddress address,
      String instances,
      @Nullable Handshake handshake,
      @Nullable Guise guise) {
    this.owner = owner;
    this.channel = channel;
    this.address = address;
    this.instances = instances;
    this.guise = guise;
    this.handshake = handshake;
    this.initiator = handshake != null;
    this.phase = initiator ? Phase.CONNECTING : Phase.FIRST;
  }

  /** Connects to an instance. */
  static Link to(Owner owner, InetSocketAddress address, String instance, Handshake handshake)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    Link link = new Link(owner, channel, address.getAddress(), instance, handshake, null);
    try {
      link.key = owner.loop().register(channel, SelectionKey.OP_CONNECT, link);
      if (channel.connect(address)) {
        link.connected();
      }
      return link;
    } catch (IOException | RuntimeException | Error e) {
      Closing.quietly(channel);
      throw e;
    }
  }

  /** Takes somebody in who came to this member as it looks in one hour. */
  static Link from(Owner owner, SocketChannel channel, Guise guise) throws IOException {
    InetAddress address = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
    Link link = new Link(owner, channel, address, "", null, guise);
    link.key = owner.loop().register(channel, SelectionKey.OP_READ, link);
    return link;
  }

  boolean isInitiator() {
    return initiator;
  }

  InetAddress address() {
    return address;
  }

  /** Tells whether an instance is known to be the other end. */
  boolean isOf(String instance) {
    for (int i = 0; i < instances.length(); i += HourSecret.INSTANCE_CHARS) {
      if (instances.startsWith(instance, i)) {
        return true;
      }
    }
    return false;
  }

  /** The other's name; only of a link that was open. */
  PeerId peer() {
    Introduction known = peer;
    if (known == null) {
      throw new IllegalStateException("nobody was introduced");
    }
    return known.peer();
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  /** Whether the other's name is known. */
  boolean isIntroduced() {
    return peer != null;
  }

  long ageMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - bornNanos);
  }

  /** How long nothing was heard while somebody listened. */
  long silentMillis() {
    return waiting >= MAX_WAITING
        ? 0
        : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - heardNanos);
  }

  /** Whether anything was heard since, or nobody listened. */
  boolean isHeardSince(long nanos) {
    return waiting >= MAX_WAITING || heardNanos - nanos > 0;
  }

  // --- What the room does with it ---------------------------------------------------------------

  /** Sends from now on what there is to be sent. */
  void carry(Supplier<@Nullable String> from) {
    signals = from;
    pump();
  }

  /** There may be something to send. */
  void pump() {
    try {
      write();
    } catch (IOException e) {
      close("it broke: " + e.getMessage());
    }
  }

  void ping() {
    say(Frame.write(Frame.PING));
  }

  /** Tells by which instances this member is found from now on. */
  void tellInstances(String present) {
    say(Frame.write(Frame.INSTANCES, present));
  }

  void close(String why) {
    if (phase != Phase.CLOSED) {
      LOG.debug("a line to {} has ended: {}", address, why);
      phase = Phase.CLOSED;
      Closing.quietly(channel);
      Handshake.Agreed keys = agreed;
      if (keys != null) {
        Crypto.wipe(keys.sending());
        Crypto.wipe(keys.receiving());
      }
      owner.closed(this, why);
    }
  }

  // --- What comes -------------------------------------------------------------------------------

  @Override
  public void ready(SelectionKey ready) throws IOException {
    if (ready.isConnectable() && channel.finishConnect()) {
      connected();
    }
    if (ready.isValid() && ready.isReadable()) {
      read();
    }
    if (ready.isValid() && ready.isWritable()) {
      write();
    }
  }

  @Override
  public void failed(Throwable thrown) {
    if (!(thrown instanceof IOException)) {
      LOG.warn("a line to {} failed", address, thrown);
    }
    close("it failed: " + thrown);
  }

  private void connected() throws IOException {
    Handshake own = handshake;
    if (phase == Phase.CONNECTING && own != null) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      phase = Phase.SECOND;
      put(own.first());
      interest();
    }
  }

  private void read() throws IOException {
    for (int i = 0; i < MAX_AT_ONCE && isReading(); i++) {
      int count = channel.read(in);
      if (count < 0) {
        close("the other side has ended it");
        return;
      }
      if (in.hasRemaining()) {
        return;
      }
      took(in.array());
    }
  }

  private void took(byte[] bytes) throws IOException {
    switch (phase) {
      case FIRST -> answer(bytes);
      case SECOND -> agree(bytes);
      case INTRODUCTION, CONFIRMATION, OPEN -> frame(bytes);
      default -> in = ByteBuffer.allocate(1);
    }
  }

  private void answer(byte[] first) throws IOException {
    Guise own = guise;
    Handshake.Answer answer =
        own == null ? null : Handshake.answer(own.secret(), own.instance(), first);
    if (own == null || answer == null || own.isReplayed(first)) {
      phase = Phase.SHUNNED;
      interest();
      return;
    }
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    agreed = answer.agreed();
    phase = Phase.INTRODUCTION;
    next();
    put(answer.message());
    write();
  }

  private void agree(byte[] second) {
    Handshake own = handshake;
    Handshake.Agreed keys = own == null ? null : own.finish(second);
    if (keys == null) {
      close("who answered is no member");
      return;
    }
    agreed = keys;
    phase = Phase.INTRODUCTION;
    next();
    say(owner.introduction(keys.hash(), true));
  }

  /** A frame comes in two parts: its length, and what has that length. */
  private void next() {
    length = null;
    in = ByteBuffer.allocate(Integer.BYTES);
  }

  private void frame(byte[] bytes) {
    byte[] announced = length;
    if (announced == null) {
      int bytesToCome = ByteBuffer.wrap(bytes).getInt();
      int most = phase == Phase.INTRODUCTION ? MAX_INTRODUCTION_BYTES : Frame.MAX_BYTES;
      if (bytesToCome <= Crypto.TAG_BYTES || bytesToCome > most + Crypto.TAG_BYTES) {
        close("a frame of " + bytesToCome + " bytes");
        return;
      }
      length = bytes;
      in = ByteBuffer.allocate(bytesToCome);
      return;
    }
    Handshake.Agreed keys = agreed;
    byte[] frame =
        keys == null ? null : Crypto.open(keys.receiving(), received++, announced, bytes);
    next();
    if (frame == null) {
      close("a frame that is not authentic");
      return;
    }
    heardNanos = System.nanoTime();
    try {
      heard(ByteBuffer.wrap(frame));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      close("a frame that breaks the rules: " + e.getMessage());
    }
  }

  private void heard(ByteBuffer frame) {
    if (phase == Phase.INTRODUCTION) {
      introduced(frame);
      return;
    }
    if (phase == Phase.CONFIRMATION) {
      open();
    }
    if (phase != Phase.OPEN) {
      return;
    }
    byte kind = frame.get();
    switch (kind) {
      case Frame.PING -> say(Frame.write(Frame.PONG));
      case Frame.INSTANCES -> instances = Frame.instances(frame);
      default -> signalled(Frame.signal(kind, frame));
    }
  }

  private void introduced(ByteBuffer frame) {
    Handshake.Agreed keys = agreed;
    Introduction other =
        frame.get() == Frame.INTRODUCTION && keys != null
            ? owner.introduced(frame, keys.hash(), !initiator)
            : null;
    if (keys == null || other == null) {
      close("who is there did not prove to be who it says");
      return;
    }
    peer = other;
    instances = other.instances();
    if (initiator) {
      ping();
      open();
    } else {
      phase = Phase.CONFIRMATION;
      say(owner.introduction(keys.hash(), false));
    }
  }

  private void open() {
    phase = Phase.OPEN;
    owner.open(this);
  }

  private void signalled(@Nullable Signal signal) {
    if (signal != null) {
      waiting++;
      owner.signalled(this, signal);
      interest();
    }
  }

  /** The listener has returned from a signal of this link. */
  void told() {
    waiting--;
    heardNanos = System.nanoTime();
    interest();
  }

  // --- What goes --------------------------------------------------------------------------------

  private void say(byte[] frame) {
    Handshake.Agreed keys = agreed;
    if (keys == null || phase == Phase.CLOSED) {
      return;
    }
    seal(keys, frame);
    pump();
  }

  private void seal(Handshake.Agreed keys, byte[] frame) {
    byte[] header =
        ByteBuffer.allocate(Integer.BYTES).putInt(frame.length + Crypto.TAG_BYTES).array();
    put(header);
    put(Crypto.seal(keys.sending(), sent++, header, frame));
  }

  private void put(byte[] bytes) {
    out.add(ByteBuffer.wrap(bytes));
  }

  private void write() throws IOException {
    if (phase == Phase.CLOSED || phase == Phase.CONNECTING) {
      return;
    }
    boolean more = true;
    while (more) {
      ByteBuffer first = out.peek();
      if (first == null) {
        more = fill();
      } else {
        channel.write(first);
        more = !first.hasRemaining();
        if (more) {
          out.remove();
        }
      }
    }
    interest();
  }

  private boolean fill() {
    String signal = phase == Phase.OPEN ? signals.get() : null;
    Handshake.Agreed keys = agreed;
    if (signal == null || keys == null) {
      return false;
    }
    seal(keys, Frame.ofSignal(signal));
    return true;
  }

  private boolean isReading() {
    return switch (phase) {
      case CLOSED, SHUNNED, CONNECTING -> false;
      default -> waiting < MAX_WAITING;
    };
  }

  private void interest() {
    SelectionKey now = key;
    if (now == null || !now.isValid() || phase == Phase.CONNECTING) {
      return;
    }
    now.interestOps(
        (isReading() ? SelectionKey.OP_READ : 0) | (out.isEmpty() ? 0 : SelectionKey.OP_WRITE));
  }
}
