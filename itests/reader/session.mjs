// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// docs/protocol.md, section 7: negotiation, key schedule, frames, records.

import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';
import { randomBytes, randomInt } from 'node:crypto';
import { codeUnits, expand, extract, open, seal, sha256, withLengths } from './account.mjs';
import { greeting, isProven, prove } from './device.mjs';

export const MAX_RECORD_BYTES = 1_048_576;
export const WINDOW = 1_048_576; // what we take before we have handled any of it
const MAX_FRAME_BYTES = 262_144;
const FRAMES_PER_KEY = 2 ** 20;
const OVERHEAD = 17;
const MORE = 1;
const SHARE_BYTES = 64;
const NONCE_BYTES = 32;

/** What is drawn for one channel and used for one agreement. */
export class Share {
  constructor(nonce = randomBytes(NONCE_BYTES), pair = generateKeyPairSync('x25519')) {
    this.privateKey = pair.privateKey;
    this.bytes = Buffer.concat([nonce, rawPublicKey(pair.publicKey)]);
  }

  static of(nonce, rawPrivateKey) {
    const privateKey = createPrivateKey({
      key: Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), rawPrivateKey]),
      format: 'der',
      type: 'pkcs8',
    });
    return new Share(nonce, { privateKey, publicKey: createPublicKey(privateKey) });
  }
}

/** One direction of a session: counts its frames and changes its key. */
export class Direction {
  constructor(secret) {
    this.secret = secret;
    this.frames = 0;
  }

  seal(header, plain) {
    return this.apply((key, nonce) =>
      Buffer.concat([Buffer.of(header), seal(key, nonce, Buffer.of(header), plain)]),
    );
  }

  open(frame) {
    if (frame.length < OVERHEAD || frame.length > MAX_FRAME_BYTES || frame[0] > MORE) {
      throw new Error('a frame is not of version 2');
    }
    return this.apply((key, nonce) => open(key, nonce, frame.subarray(0, 1), frame.subarray(1)));
  }

  apply(operation) {
    if (this.frames % FRAMES_PER_KEY === 0) {
      this.nextKey();
    }
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64BE(BigInt(this.frames), 4);
    const result = operation(this.key, nonce);
    this.frames++;
    return result;
  }

  nextKey() {
    const both = expand(this.secret, 'chroniclesync v2 traffic', 64);
    this.key = both.subarray(0, 32);
    this.secret = both.subarray(32);
  }
}

/** The keys of a session, of two shares. Every value on the way is kept for the test vectors. */
export function agree({ sessionKey, share, theirs, self, peer, binding }) {
  const ours = share.bytes;
  if (theirs.length !== SHARE_BYTES) {
    throw new Error(`the peer's share has ${theirs.length} bytes instead of ${SHARE_BYTES}`);
  }
  const [nonce, publicKey] = [theirs.subarray(0, NONCE_BYTES), theirs.subarray(NONCE_BYTES)];
  if (nonce.equals(ours.subarray(0, NONCE_BYTES)) || publicKey.equals(ours.subarray(NONCE_BYTES))) {
    throw new Error('our own share came back');
  }
  if (binding.length === 0) {
    throw new Error('the channel is not bound to anything');
  }
  // Throws if the secret is all zeros.
  const secret = diffieHellman({ privateKey: share.privateKey, publicKey: x25519(publicKey) });
  const weAreFirst = Buffer.compare(ours, theirs) < 0;
  const inOrder = (a, b) => (weAreFirst ? [a, b] : [b, a]);
  const transcript = withLengths(
    Buffer.from('chroniclesync v2 handshake'),
    ...inOrder(ours, theirs),
    ...inOrder(self, peer).map(codeUnits),
    binding,
  );
  const session = extract(sha256(transcript), Buffer.concat([secret, sessionKey]));
  const first = expand(session, 'chroniclesync v2 first', 32);
  const second = expand(session, 'chroniclesync v2 second', 32);
  const [send, receive] = inOrder(first, second).map((direction) => new Direction(direction));
  return { weAreFirst, transcript, secret, session, send, receive };
}

/** A session of version 2 on a channel: records in both directions. */
export class Session {
  constructor(channel, keys, window) {
    this.channel = channel;
    this.keys = keys;
    this.received = 0; // bytes of frames
    this.credit = window; // what we may send, control messages apart
    this.shipped = 0;
    this.waiting = [];
  }

  /** Negotiates. Returns the session, and what the peer said of itself in its ping. */
  static async negotiate(channel, { account, device, self, peer, feed, entries }) {
    const share = new Share();
    const proof = prove(device.pair, greeting(share.bytes, self)).toString('base64');
    const node = {
      ...{ version: 2, feed, entries, peer: self, proof },
      ...{ share: share.bytes.toString('base64'), window: WINDOW },
    };
    const say = (type, timestamp, member) =>
      channel.send(
        account.envelope(
          JSON.stringify({
            type,
            data: { timestamp },
            clientId: account.id,
            timestamp: Date.now(),
            node: member,
          }),
        ),
      );
    say('ping', randomInt(2 ** 48 - 1), node);
    for (;;) {
      const message = JSON.parse(account.openEnvelope((await channel.receive()).toString()));
      if (message.type !== 'ping') {
        throw new Error(`the peer began with a ${message.type}: it does not speak version 2`);
      }
      if (message.node?.share === undefined) {
        say('pong', message.data.timestamp, { version: 2, feed, entries });
        continue;
      }
      if (message.node.peer !== peer) {
        throw new Error(`${peer} calls itself ${message.node.peer}`);
      }
      const theirs = Buffer.from(message.node.share, 'base64');
      const shown = Buffer.from(message.node.proof ?? '', 'base64');
      if (!isProven(peer, greeting(theirs, peer), shown)) {
        throw new Error(`${peer} does not prove its name`);
      }
      const binding = channel.binding;
      const keys = agree({ sessionKey: account.sessionKey, share, theirs, self, peer, binding });
      return { session: new Session(channel, keys, message.node.window), ping: message };
    }
  }

  /** Sends what needs credit, once there is some. */
  ship(record) {
    this.waiting.push(record);
    this.grant(this.credit);
  }

  /** The peer lets us send more. */
  grant(upTo) {
    this.credit = Math.max(this.credit, upTo);
    while (this.waiting.length > 0 && this.shipped < this.credit) {
      this.shipped += this.send(this.waiting.shift());
    }
  }

  /** Sends a record, and returns how many bytes its frames have. */
  send(record) {
    let bytes = 0;
    const room = Math.min(this.channel.longest, MAX_FRAME_BYTES) - OVERHEAD;
    for (let at = 0; at < record.length; at += room) {
      const header = at + room < record.length ? MORE : 0;
      const frame = this.keys.send.seal(header, record.subarray(at, at + room));
      bytes += frame.length;
      this.channel.send(frame);
    }
    return bytes;
  }

  /** The next record, or null at the end of the channel. */
  async receive() {
    const fragments = [];
    const before = this.received;
    let length = 0;
    for (;;) {
      const frame = await this.channel.receive();
      if (frame === null) {
        return null;
      }
      if (typeof frame === 'string') {
        // Sent by a peer that did not have our share yet: our pong is all that it can be.
        if (this.keys.receive.frames > 0) {
          throw new Error('a text frame came after the peer had proven itself');
        }
        continue;
      }
      this.received += frame.length;
      const plain = this.keys.receive.open(frame);
      length += plain.length;
      if (length > MAX_RECORD_BYTES) {
        throw new Error('a record is too long');
      }
      fragments.push(plain);
      if (frame[0] !== MORE) {
        this.lastBytes = this.received - before; // of the record that is returned
        return Buffer.concat(fragments);
      }
      if (plain.length === 0) {
        throw new Error('a fragment is empty');
      }
    }
  }
}

function rawPublicKey(key) {
  return Buffer.from(key.export({ format: 'jwk' }).x, 'base64url');
}

export function x25519(raw) {
  const key = { kty: 'OKP', crv: 'X25519', x: raw.toString('base64url') };
  return createPublicKey({ key, format: 'jwk' });
}
