// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// docs/protocol.md, section 2: the same network, but for the packets of DNS.

import { createHmac, diffieHellman } from 'node:crypto';
import { codeUnits, open, seal, sha256, withLengths } from './account.mjs';
import { x25519 } from './session.mjs';

const OF_KEY = 'chroniclesync v2 local network';
const OF_NAME = 'chroniclesync v2 local network by name';
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const NONCE_BYTES = 32;
const PROOF_BYTES = 10;

/** What the members of a room know of an hour; of a room without a key, if there is none. */
export class HourSecret {
  constructor(room, roomKey, hour) {
    const statement = (label) => withLengths(Buffer.from(label), codeUnits(room), eightBytes(hour));
    this.secret = roomKey ? sha256(roomKey.sign(statement(OF_KEY))) : sha256(statement(OF_NAME));
    this.service = base32(this.prf('service')).slice(0, 15);
  }

  label(instance, port) {
    const proof = this.prf('instance', Buffer.from(instance), Buffer.of(port >> 8, port & 255));
    return instance + base32(proof.subarray(0, PROOF_BYTES));
  }

  prf(purpose, ...values) {
    return hmac(this.secret, withLengths(Buffer.from(purpose), ...values));
  }
}

/** M1: to an instance, with what was drawn for it. */
export function firstMessage(hour, instance, share) {
  return message(share, (nonce) => hour.prf('first', Buffer.from(instance), nonce));
}

/** M2. */
export function secondMessage(hour, first, share) {
  return message(share, (nonce) => hour.prf('second', sha256(first), nonce));
}

/** The keys of both directions, for the side that has one share and was sent the other message. */
export function agreed(hour, instance, { first, second, share, initiator }) {
  const theirs = initiator ? second : first;
  const nonce = theirs.subarray(0, NONCE_BYTES);
  const key = initiator
    ? hour.prf('second', sha256(first), nonce)
    : hour.prf('first', Buffer.from(instance), nonce);
  const publicKey = open(key, Buffer.alloc(12), Buffer.alloc(0), theirs.subarray(NONCE_BYTES));
  // Throws if the secret is all zeros.
  const secret = diffieHellman({ privateKey: share.privateKey, publicKey: x25519(publicKey) });
  const hash = sha256(first, second);
  const parent = hmac(hour.prf('session', hash), secret);
  const side = (name) => hmac(parent, withLengths(Buffer.from(name)));
  return { hash, ofInitiator: side('initiator'), ofResponder: side('responder') };
}

/** A frame as it is sent. */
export function frame(key, number, content) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length + 16);
  return Buffer.concat([length, seal(key, counter(number), length, content)]);
}

function message(share, key) {
  const nonce = share.bytes.subarray(0, NONCE_BYTES);
  const publicKey = share.bytes.subarray(NONCE_BYTES);
  const sealed = seal(key(nonce), Buffer.alloc(12), Buffer.alloc(0), publicKey);
  return Buffer.concat([nonce, sealed]);
}

function counter(number) {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(number), 4);
  return nonce;
}

function eightBytes(number) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
}

function hmac(key, value) {
  return createHmac('sha256', key).update(value).digest();
}

/** RFC 4648 in lower case, without padding. */
function base32(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = bits.match(/.{1,5}/g) ?? [];
  return letters.map((five) => BASE32[parseInt(five.padEnd(5, '0'), 2)]).join('');
}
