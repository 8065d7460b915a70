#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// Meets a node, reads its whole history and prints it. See README.md.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Account } from './account.mjs';
import { KeyPair, drawDevice, nodesRoom } from './device.mjs';
import { Discovery } from './discovery.mjs';
import { packEntries, packJson, packReconcile, unpack } from './packed.mjs';
import { Session, WINDOW } from './session.mjs';
import { checkVectors } from './vectors.mjs';

const QUARTER_OF_WINDOW = WINDOW / 4;
const CONTROL = ['ping', 'pong', 'device', 'sync-request', 'credit'];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'discovery': { type: 'string' },
    'mnemonic-file': { type: 'string' },
    'room': { type: 'string' }, // only to see what comes of a wrong mnemonic in the right room
    'before': { type: 'string' }, // draw a name that sorts before this one
    'behind': { type: 'string' }, // draw a name that sorts behind this one
    'address': { type: 'string', default: '127.0.0.1' },
    'send': { type: 'string' }, // a file with a JSON array of entries
    'follow': { type: 'boolean' }, // go on with what comes anew
    'timeout-seconds': { type: 'string', default: '60' },
  },
});

if (positionals[0] === 'check') {
  console.log(`${checkVectors(...positionals.slice(1))} values are as they should be`);
} else {
  const millis = 1_000 * options['timeout-seconds'];
  setTimeout(() => fail(new Error('it did not come to an end in time')), millis).unref();
  read().then(() => process.stdout.write('', () => process.exit(0)), fail);
}

async function read() {
  const account = new Account(readFileSync(options['mnemonic-file'], 'utf8').trim(), options.room);
  const device = drawDevice(
    (name) => name < (options.before ?? '~') && name > (options.behind ?? ''),
  );
  process.stderr.write(`this is ${device.name}\n`);
  const room = options.room ?? nodesRoom(new KeyPair(account.roomSeed).publicKey);
  const discovery = await Discovery.join(options.discovery, account, device, room);
  const { peer, channel } = await discovery.meetNode(options.address);
  const own = options.send ? JSON.parse(readFileSync(options.send, 'utf8')) : [];
  const us = { device, self: device.name, peer, feed: randomBytes(16).toString('base64url') };
  const { session, ping } = await Session.negotiate(channel, {
    ...{ account, ...us },
    entries: own.length,
  });
  await new Reading(account, session, us.feed, own, ping).run();
  await channel.close();
  await discovery.close();
}

/** Reading a peer's feed to its head, and giving it ours. */
class Reading {
  constructor(account, session, feed, own, ping) {
    this.account = account;
    this.session = session;
    this.feed = feed;
    this.own = own;
    this.theirs = ping.node.feed;
    this.position = 0;
    this.acknowledgedBytes = 0;
    this.handledBytes = 0;
    this.granted = WINDOW;
    this.atHead = false;
    this.given = own.length === 0;
    this.asked = Infinity; // where the peer stands in our feed
    this.node = { version: 2, feed, entries: own.length };
    this.say('ping', { timestamp: Date.now() }, { node: this.node });
    this.acknowledge();
  }

  async run() {
    while (options.follow || !this.atHead || !this.given) {
      const record = await this.session.receive();
      if (record === null) {
        throw new Error('the peer ended the session before it was read');
      }
      const message = unpack(record);
      this.take(message);
      if (!CONTROL.includes(message.type)) {
        this.handled(this.session.lastBytes);
      }
    }
  }

  /** Lets the peer send as much again. */
  handled(bytes) {
    this.handledBytes += bytes;
    const upTo = this.handledBytes + WINDOW;
    if (upTo - this.granted >= QUARTER_OF_WINDOW) {
      this.granted = upTo;
      this.say('credit', { upTo });
    }
  }

  take(message) {
    switch (message.type) {
      case 'ping':
        this.theirs = message.node?.feed ?? this.theirs;
        this.say('pong', message.data, { node: this.node });
        break;
      case 'credit':
        this.session.grant(message.data.upTo);
        break;
      case 'sync-request':
        this.give(message.feed);
        break;
      case 'history':
      case 'sync-response':
        this.takeEntries(message);
        break;
      case 'reconcile':
        this.decline(message);
        break;
      default: // of no use to a reader
    }
  }

  takeEntries({ entries, feed }) {
    entries.forEach((entry) => process.stdout.write(`${line(entry)}\n`));
    if (feed === null || feed.id !== this.theirs) {
      return;
    }
    const hole = feed.after > this.position;
    if (!hole) {
      this.position = Math.max(this.position, feed.upTo);
      this.atHead = this.position >= feed.head;
    }
    if (hole || this.atHead || this.session.received - this.acknowledgedBytes > QUARTER_OF_WINDOW) {
      this.acknowledge();
    }
  }

  /** It reads feeds and compares nothing. */
  decline({ step }) {
    if (step === 'WISH' || step === 'TURN') {
      const refusal = { step: 'TOO_DIFFERENT', feed: this.feed, head: this.own.length };
      this.session.ship(packReconcile(refusal));
      process.stderr.write('declined to compare\n');
    }
  }

  /** What was printed is as durable as it gets here. */
  acknowledge() {
    this.acknowledgedBytes = this.session.received;
    this.say('sync-request', {}, { feed: { id: this.theirs, after: this.position } });
  }

  /** Answers a request for our feed. One from further on acknowledges and needs no answer. */
  give({ id, after }) {
    if (id !== this.feed) {
      return;
    }
    const head = this.own.length;
    const acknowledges = after > this.asked;
    this.asked = after;
    this.given = after === head;
    if (!acknowledges) {
      const from = after <= head ? after : 0;
      const feed = { id, after: from, upTo: head, head };
      this.session.ship(
        packEntries({ type: 'sync-response', feed, entries: this.own.slice(from) }),
      );
    }
  }

  say(type, data, members) {
    const message = { type, data, clientId: this.account.id, timestamp: Date.now(), ...members };
    this.session.send(packJson(message));
  }
}

/** JSON in which no number is rounded: JavaScript's own has neither 64 bits nor -0. */
function line(entry) {
  const members = Object.entries(entry).map(([name, value]) => {
    const exact = typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
    return `${JSON.stringify(name)}:${Object.is(value, -0) ? '-0.0' : exact}`;
  });
  return `{${members.join(',')}}`;
}

function fail(error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
