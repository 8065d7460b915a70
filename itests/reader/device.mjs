// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// docs/protocol.md, sections 1 (device key, peer id, nodes' room), 2 (proof) and 7 (proofs).

import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { codeUnits, sha256, withLengths } from './account.mjs';

const NAME_BYTES = 20;
const KEY_BYTES = 32;
const SPKI_OF_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_OF_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** An Ed25519 key pair. */
export class KeyPair {
  constructor(seed = randomBytes(32)) {
    const der = Buffer.concat([PKCS8_OF_ED25519, seed]);
    this.privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(this.privateKey).export({ format: 'der', type: 'spki' });
    this.publicKey = spki.subarray(-32);
  }

  sign(statement) {
    return sign(null, statement, this.privateKey);
  }
}

/** The name of a node. */
export function peerId(publicKey) {
  const hash = sha256('chroniclesync v2 device', publicKey);
  return `node.${hash.subarray(0, NAME_BYTES).toString('base64url')}`;
}

export function nodesRoom(publicKey) {
  return `r2.${publicKey.toString('base64url')}`;
}

/** A device whose name sorts as it should among others. */
export function drawDevice(fits) {
  for (;;) {
    const pair = new KeyPair();
    const name = peerId(pair.publicKey);
    if (fits(name)) {
      return { pair, name };
    }
  }
}

/** What is signed; the label says by which key. */
export function statement(label, { nonce, authority, room, peer }) {
  return withLengths(
    Buffer.from(label),
    nonce,
    ...[authority.toLowerCase(), room, peer].map(codeUnits),
  );
}

export const BY_DEVICE = 'chroniclesync v2 join';
export const BY_MEMBER = 'chroniclesync v2 member';

/** The answer to a challenge. */
export function answer(device, roomKey, asked) {
  const member = asked.room === nodesRoom(roomKey.publicKey) ? roomKey : undefined;
  return {
    type: 'join',
    key: device.publicKey.toString('base64url'),
    signature: device.sign(statement(BY_DEVICE, asked)).toString('base64url'),
    member: member?.sign(statement(BY_MEMBER, asked)).toString('base64url'),
  };
}

/** How long a proof is: a public key and a signature. */
export const PROOF_BYTES = 96;

/** That the device says something. */
export function prove(pair, said) {
  return Buffer.concat([pair.publicKey, pair.sign(said)]);
}

/** Whether it was said by the device that bears the name. */
export function isProven(name, said, proof) {
  if (proof.length !== PROOF_BYTES) {
    return false;
  }
  const raw = proof.subarray(0, KEY_BYTES);
  const key = Buffer.concat([SPKI_OF_ED25519, raw]);
  const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
  return peerId(raw) === name && verify(null, said, publicKey, proof.subarray(KEY_BYTES));
}

/** What is proved in a greeting. */
export function greeting(share, name) {
  return withLengths(Buffer.from('chroniclesync v2 greeting'), share, codeUnits(name));
}

/** What is proved in a signal. */
export function signedSignal(from, to, signal) {
  const label = Buffer.from('chroniclesync v2 signed signal');
  return withLengths(label, codeUnits(from), codeUnits(to), signal);
}
