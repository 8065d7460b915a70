// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// docs/protocol.md, sections 1, 4 (envelopes) and 7 (keys of the account, sealed signals).

import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { argon2id } from './argon2.mjs';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const SIGNAL_STEP = 256;
const MAX_SIGNAL_CHARACTERS = 56_000;

/** Who has the mnemonic: its names and its keys. */
export class Account {
  constructor(mnemonic, room) {
    this.id = sha256(mnemonic).toString('base64url');
    this.room = room ?? this.id.slice(0, 8);
    this.envelopeKey = pbkdf2Sync(mnemonic, this.id, 100_000, 32, 'sha256');
    this.key = argon2id(Buffer.from(mnemonic), Buffer.from(`chroniclesync v2 account ${this.id}`), {
      memoryKiB: 32_768,
      passes: 3,
      length: 32,
    });
    this.sessionKey = expand(this.key, 'chroniclesync v2 session', 32);
    this.signalKey = expand(this.key, 'chroniclesync v2 signals', 32);
    this.roomSeed = expand(this.key, 'chroniclesync v2 room', 32);
  }

  /** An envelope of version 1 with a text in it, as JSON. */
  envelope(text) {
    const iv = randomBytes(IV_BYTES);
    const data = seal(this.envelopeKey, iv, Buffer.alloc(0), Buffer.from(text));
    return JSON.stringify({ iv: iv.toString('hex'), data: data.toString('hex') });
  }

  openEnvelope(json) {
    const { iv, data } = JSON.parse(json);
    const [ivBytes, dataBytes] = [iv, data].map((member) =>
      Buffer.from(member, /^[0-9a-f]*$/.test(member) ? 'hex' : 'base64'),
    );
    return open(this.envelopeKey, ivBytes, Buffer.alloc(0), dataBytes).toString();
  }

  /** The `data` of a sealed signal. */
  sealSignal(signal, from, to, iv = randomBytes(IV_BYTES)) {
    const length = Math.ceil((signal.length + 1) / SIGNAL_STEP) * SIGNAL_STEP;
    const padded = Buffer.alloc(length);
    padded.set(signal);
    padded[signal.length] = 0x80;
    const data = seal(this.signalKey, iv, this.signalContext(from, to), padded);
    return Buffer.concat([iv, data]).toString('base64url');
  }

  openSignal(text, from, to) {
    if (text.length > MAX_SIGNAL_CHARACTERS) {
      throw new Error('a sealed signal is too long');
    }
    const bytes = Buffer.from(text, 'base64url');
    const iv = bytes.subarray(0, IV_BYTES);
    const padded = open(this.signalKey, iv, this.signalContext(from, to), bytes.subarray(IV_BYTES));
    let end = padded.length - 1;
    while (end >= 0 && padded[end] === 0) {
      end--;
    }
    if (end < 0 || padded[end] !== 0x80) {
      throw new Error('a sealed signal is not filled up as it should be');
    }
    return padded.subarray(0, end);
  }

  signalContext(from, to) {
    return withLengths(
      Buffer.from('chroniclesync v2 signal'),
      ...[this.room, from, to].map(codeUnits),
    );
  }
}

export function sha256(...parts) {
  const hash = createHash('sha256');
  parts.forEach((part) => hash.update(part));
  return hash.digest();
}

/** The first step of HKDF. */
export function extract(salt, secret) {
  return createHmac('sha256', salt).update(secret).digest();
}

/** The second step of HKDF. */
export function expand(key, label, length) {
  let block = Buffer.alloc(0);
  let out = Buffer.alloc(0);
  for (let i = 1; out.length < length; i++) {
    block = createHmac('sha256', key).update(block).update(label).update(Buffer.of(i)).digest();
    out = Buffer.concat([out, block]);
  }
  return out.subarray(0, length);
}

export function seal(key, iv, associated, plain) {
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(associated);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

export function open(key, iv, associated, sealed) {
  if (iv.length !== IV_BYTES || sealed.length < TAG_BYTES) {
    throw new Error('a sealed text is too short');
  }
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(associated).setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
}

/** Values one after the other, each with its length before it in two bytes. */
export function withLengths(...values) {
  return Buffer.concat(
    values.flatMap((value) => [Buffer.of(value.length >> 8, value.length & 255), value]),
  );
}

/** The UTF-16 of a text, big end first. */
export function codeUnits(text) {
  return Buffer.from(text, 'utf16le').swap16();
}
