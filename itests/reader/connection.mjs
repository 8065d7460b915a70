// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// docs/protocol.md, section 3, "WebSocket between nodes": descriptions, TLS, which connection is
// chosen.

import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { once } from 'node:events';
import tls from 'node:tls';
import { selfMade } from './certificate.mjs';
import { sha256 } from './account.mjs';
import { WebSocket } from './websocket.mjs';

const MAX_MESSAGE_BYTES = 262_144;
const MIN_MESSAGE_BYTES = 16_384;
const MAX_CANDIDATES = 16;
const PATIENCE_MILLIS = 10_000;
const WEBSOCKET = {
  host: 'chroniclesync.invalid',
  path: '/',
  protocol: 'chroniclesync',
  maxMessageBytes: MAX_MESSAGE_BYTES,
};
// Unspecified, link-local and multicast addresses.
const NOWHERE = /^(0\.0\.0\.0|169\.254\.|22[4-9]\.|23\d\.|::$|fe[89ab].:|ff)/i;
const MEDIA = /^m=application (\d+) TLS\/TCP\/WSS chroniclesync$/m;

/** One attempt to connect with a peer, as the one who offers or the one who answers. */
export class Attempt {
  static async begin(address) {
    const attempt = new Attempt();
    await attempt.listen(address);
    return attempt;
  }

  constructor() {
    this.id = randomBytes(16).toString('hex');
    this.own = selfMade();
    this.accepted = [];
    this.onAccepted = (stream) => this.accepted.push(stream);
    this.streams = new Set();
  }

  async listen(address) {
    this.server = tls.createServer({
      key: this.own.key,
      cert: this.own.cert,
      requestCert: true,
      rejectUnauthorized: false, // It is compared with the description instead.
      minVersion: 'TLSv1.3',
      SNICallback: (name, answer) =>
        name === serverName(this.id) ? answer(null) : answer(new Error('nobody awaits this name')),
    });
    this.server.on('secureConnection', (stream) => {
      this.streams.add(stream);
      stream.on('error', () => {});
      this.onAccepted(stream);
    });
    this.server.on('tlsClientError', () => {});
    this.server.listen(0, address);
    await once(this.server, 'listening');
    this.address = address;
  }

  /** What is sent as `sdp`. */
  description() {
    const { port } = this.server.address();
    return [
      'v=0',
      'o=- 0 0 IN IP4 0.0.0.0',
      's=-',
      't=0 0',
      `m=application ${port} TLS/TCP/WSS chroniclesync`,
      'c=IN IP4 0.0.0.0',
      `a=connection:${this.id}`,
      `a=fingerprint:sha-256 ${this.own.fingerprint}`,
      `a=max-message-size:${MAX_MESSAGE_BYTES}`,
      `a=candidate:1 1 tcp 2130706431 ${this.address} ${port} typ host tcptype passive`,
      '',
    ].join('\r\n');
  }

  /** Connects with who sent a description. Returns the WebSocket, and what it is bound to. */
  async connect(sdp, { weOffered }) {
    const theirs = parse(sdp);
    if (theirs.fingerprint === this.own.fingerprint) {
      throw new Error('our own description came back');
    }
    const socket = await new Promise((resolve, reject) => {
      const timeout = setTimeout(reject, PATIENCE_MILLIS, new Error('no connection came to be'));
      let turn = Promise.resolve();
      let chosen = false;
      const use = async (stream, handshake) => {
        if (!chosen && stream.getPeerCertificate().fingerprint256 === theirs.fingerprint) {
          const made = await handshake(stream, WEBSOCKET);
          chosen = true;
          clearTimeout(timeout);
          this.streams.delete(stream);
          resolve(made);
        } else {
          stream.destroy();
        }
      };
      // Who offered does its part on one connection only, so they take turns.
      const add = (stream, handshake) => {
        turn = (weOffered ? turn : Promise.resolve())
          .then(() => use(stream, handshake))
          .catch(() => stream.destroy());
      };
      this.onAccepted = (stream) => add(stream, WebSocket.respond);
      this.accepted.forEach(this.onAccepted);
      this.dial(theirs, (stream) => add(stream, WebSocket.request));
    }).finally(() => this.close());
    const fingerprints = [this.own.fingerprint, theirs.fingerprint].sort();
    socket.binding = sha256(fingerprints.join('\n'));
    socket.longest = theirs.maxMessageBytes;
    return socket;
  }

  dial({ id, candidates }, onConnected) {
    const { key, cert } = this.own;
    for (const { host, port } of candidates) {
      const stream = tls.connect({
        ...{ host, port, key, cert },
        servername: serverName(id),
        rejectUnauthorized: false,
        minVersion: 'TLSv1.3',
      });
      this.streams.add(stream);
      stream.on('error', () => {});
      stream.once('secureConnect', () => onConnected(stream));
    }
  }

  /** Gives up all but the channel. */
  close() {
    this.server.close();
    this.streams.forEach((stream) => stream.destroy());
  }
}

/** Tells whether a description is one of this transport. */
export function isForWebSocket(sdp) {
  return MEDIA.test(sdp) && sdp.match(/^m=/gm).length === 1;
}

function parse(sdp) {
  if (!isForWebSocket(sdp)) {
    throw new Error('a description is for another transport');
  }
  const lines = sdp.split(/\r?\n/);
  const values = (name) => {
    const start = `a=${name}:`;
    return lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
  };
  const one = (name, pattern) => {
    const [value, ...others] = values(name);
    if (others.length > 0 || !pattern.test(value)) {
      throw new Error(`a description must have one a=${name}`);
    }
    return value;
  };
  const longest = Number(one('max-message-size', /^\d{1,10}$/));
  if (longest < MIN_MESSAGE_BYTES) {
    throw new Error('the peer takes too short messages');
  }
  return {
    id: one('connection', /^[0-9a-f]{32}$/),
    fingerprint: one('fingerprint', /^sha-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}$/).slice(8),
    maxMessageBytes: Math.min(longest, MAX_MESSAGE_BYTES),
    candidates: values('candidate').slice(0, MAX_CANDIDATES).flatMap(candidate),
  };
}

function candidate(value) {
  const [, , protocol, , host, port, , , , kind] = value.split(' ');
  const usable = isIP(host) !== 0 && !NOWHERE.test(host);
  return usable && protocol === 'tcp' && kind === 'passive' ? [{ host, port: Number(port) }] : [];
}

function serverName(id) {
  return `${id}.chroniclesync.invalid`;
}
