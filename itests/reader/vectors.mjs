// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// Checks this implementation against the test vectors that the document names.

import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { Account, sha256 } from './account.mjs';
import { BY_DEVICE, BY_MEMBER, KeyPair, answer, nodesRoom, peerId, statement } from './device.mjs';
import { Direction, Share, agree } from './session.mjs';
import { HourSecret, agreed, firstMessage, frame, secondMessage } from './localnetwork.mjs';
import { packEntries, unpack } from './packed.mjs';

const hex = (text) => Buffer.from(text, 'hex');

/** Throws if anything differs; returns how many values were compared. */
export function checkVectors(cryptoFile, packedFile, localNetworkFile) {
  let compared = 0;
  const same = (actual, expected) => {
    assert.deepEqual(Buffer.isBuffer(actual) ? actual.toString('hex') : actual, expected);
    compared++;
  };
  const vectors = JSON.parse(readFileSync(cryptoFile, 'utf8'));
  const account = new Account(vectors.account.mnemonic);
  same(account.id, vectors.account.accountId);
  same(account.room, vectors.account.roomId);
  same(account.key, vectors.account.accountKey);
  same(account.sessionKey, vectors.account.sessionKey);
  same(account.signalKey, vectors.account.signalKey);
  const roomKey = new KeyPair(account.roomSeed);
  same(account.roomSeed, vectors.account.roomPrivateKey);
  same(roomKey.publicKey, vectors.account.roomPublicKey);
  same(nodesRoom(roomKey.publicKey), vectors.account.nodesRoom);
  for (const proof of vectors.proofs) {
    checkProof(roomKey, proof, same);
  }
  for (const session of vectors.sessions) {
    checkSession(account, session, same);
  }
  for (const { signal, iv, from, to, associatedData, sealed } of vectors.signals) {
    same(account.signalContext(from, to), associatedData);
    same(account.sealSignal(Buffer.from(signal), from, to, hex(iv)), sealed);
    same(account.openSignal(sealed, from, to).toString(), signal);
  }
  // 64 bits are more than a number of JavaScript holds.
  const packed = readFileSync(packedFile, 'utf8').replace(/("lastModified": *)(-?\d+)/g, '$1"$2"');
  for (const { message, record } of JSON.parse(packed)) {
    const read = unpack(hex(record));
    if (message.type === 'reconcile') {
      same(read, message);
    } else {
      checkPacked(message, read, same);
    }
  }
  checkLocalNetwork(JSON.parse(readFileSync(localNetworkFile, 'utf8')), same);
  return compared;
}

function checkLocalNetwork({ room, hour, instance, port, withoutKey, handshake, ...vectors }, same) {
  const secret = new HourSecret(room, new KeyPair(hex(vectors.roomPrivateKey)), hour);
  same(secret.secret, vectors.secret);
  same(secret.service, vectors.service);
  same(secret.label(instance, port), vectors.label);
  const byName = new HourSecret(withoutKey.room, undefined, hour);
  same(byName.secret, withoutKey.secret);
  same(byName.service, withoutKey.service);
  const [one, other] = [handshake.initiator, handshake.responder].map(({ nonce, privateKey }) =>
    Share.of(hex(nonce), hex(privateKey)),
  );
  const first = firstMessage(secret, instance, one);
  const second = secondMessage(secret, first, other);
  same(first, handshake.first);
  same(second, handshake.second);
  for (const [share, initiator] of [[one, true], [other, false]]) {
    const keys = agreed(secret, instance, { first, second, share, initiator });
    same(keys.hash, handshake.hash);
    same(keys.ofInitiator, handshake.keyOfInitiator);
    same(keys.ofResponder, handshake.keyOfResponder);
    const key = initiator ? keys.ofInitiator : keys.ofResponder;
    const side = initiator ? 'initiator' : 'responder';
    for (const { number, content, frame: sent } of vectors.frames.filter((f) => f.from === side)) {
      same(frame(key, number, hex(content)), sent);
    }
  }
}

function checkProof(roomKey, { nonce, authority, room, peerId: peer, ...expected }, same) {
  const device = new KeyPair(hex(expected.devicePrivateKey));
  const asked = { nonce: Buffer.from(nonce, 'base64url'), authority, room, peer };
  same(device.publicKey, expected.devicePublicKey);
  same(sha256('chroniclesync v2 device', device.publicKey), expected.deviceHash);
  same(peerId(device.publicKey), peer);
  same(statement(BY_DEVICE, asked), expected.deviceStatement);
  same(statement(BY_MEMBER, asked), expected.memberStatement);
  same(JSON.parse(JSON.stringify(answer(device, roomKey, asked))), expected.answer);
}

function checkSession(account, { a, b, first, ...expected }, same) {
  const keys = [a, b].map((own) => {
    const other = own === a ? b : a;
    const share = Share.of(hex(own.nonce), hex(own.privateKey));
    same(share.bytes.toString('base64'), own.share);
    return agree({
      sessionKey: account.sessionKey,
      share,
      theirs: Buffer.from(other.share, 'base64'),
      self: own.peerId,
      peer: other.peerId,
      binding: hex(expected.binding),
    });
  });
  for (const one of keys) {
    same(one.transcript, expected.transcript);
    same(sha256(one.transcript), expected.transcriptHash);
    same(one.secret, expected.sharedSecret);
    same(one.session, expected.sessionSecret);
  }
  const [one, other] = first === 'a' ? keys : keys.toReversed();
  same([one.weAreFirst, other.weAreFirst], [true, false]);
  checkDirection(one.send, other.receive, expected.fromFirst, same);
  checkDirection(other.send, one.receive, expected.fromSecond, same);
}

function checkDirection(send, receive, expected, same) {
  same(send.secret, expected.secret);
  for (const { number, header, plaintext, frame } of expected.frames) {
    for (const direction of [send, receive]) {
      // The frames between were not kept; only the change of the key counts.
      if (number > direction.frames && number % 2 ** 20 !== 0) {
        direction.frames = number;
      }
    }
    same(send.seal(header, hex(plaintext)), frame);
    same(receive.open(hex(frame)), plaintext);
    same(send.key, expected.keys[Math.floor(number / 2 ** 20)]);
  }
}

function checkPacked(expected, actual, same) {
  const read = { ...actual, entries: actual.entries.map(plain) };
  same(read, { ...expected, entries: expected.entries.map(plain) });
  // And what this implementation writes.
  const feed = actual.feed ?? { id: '', after: 0, upTo: 0, head: 0 };
  const again = unpack(packEntries({ ...actual, feed }));
  same(again.entries, actual.entries);
}

function plain({ lastModified, pageContent, ...others }) {
  const { content, ...page } = pageContent ?? {};
  return { ...others, lastModified: String(lastModified), pageContent: pageContent && page };
}
