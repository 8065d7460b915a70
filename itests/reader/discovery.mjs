// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// docs/protocol.md, sections 2 (the service, proof), 3 (who offers, and glare) and 7 (sealed signals).

import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { Attempt, isForWebSocket } from './connection.mjs';
import { KeyPair, PROOF_BYTES, answer, isProven, prove, signedSignal } from './device.mjs';
import { WebSocket } from './websocket.mjs';

const MAX_MESSAGE_BYTES = 1_048_576;
const WAIT_FOR_OFFER_MILLIS = 2_000;
const OFFER = 1;
const ANSWER = 2;

/** The service, where one meets one's peers. */
export class Discovery {
  static async join(url, account, device, room) {
    const { protocol, hostname, port, host, pathname } = new URL(url);
    const secure = protocol === 'wss:';
    const stream = (secure ? tls : net).connect({
      host: hostname,
      port: Number(port || (secure ? 443 : 80)),
      servername: net.isIP(hostname) ? undefined : hostname,
    });
    await once(stream, secure ? 'secureConnect' : 'connect');
    stream.on('error', () => {});
    const path = `${pathname}?clientId=${device.name}&roomId=${room}&proof=1`;
    const options = { host, path, maxMessageBytes: MAX_MESSAGE_BYTES };
    const socket = await WebSocket.request(stream, options);
    return new Discovery(socket, account, device, { authority: host, room });
  }

  constructor(socket, account, device, where) {
    this.socket = socket;
    this.account = account;
    this.self = device.name;
    this.device = device;
    this.where = where;
  }

  /** Proves who we are, where the service asks for it. */
  prove(challenge) {
    const nonce = Buffer.from(challenge, 'base64url');
    const asked = { nonce, peer: this.self, ...this.where };
    this.say(answer(this.device.pair, new KeyPair(this.account.roomSeed), asked));
    this.say({ type: 'get-peers' });
  }

  /** Meets the first node that is or comes there. Returns its name and the channel. */
  async meetNode(address) {
    let peer;
    let own;
    let proved = false;
    this.say({ type: 'get-peers' });
    const offer = async () => {
      own = await Attempt.begin(address);
      this.signal(peer, OFFER, own.description());
    };
    const seen = async (id) => {
      if (peer === undefined && id !== this.self && id.startsWith('node.')) {
        peer = id;
        // The one with the smaller name offers at once. Strings compare by UTF-16 code unit here.
        await (this.self < peer
          ? offer()
          : setTimeout(() => own ?? offer(), WAIT_FOR_OFFER_MILLIS).unref());
      }
    };
    for (;;) {
      const message = JSON.parse((await this.next()).toString());
      if (message.type === 'challenge' && !proved) {
        proved = true;
        this.prove(message.nonce);
      } else if (message.type === 'peers') {
        for (const id of message.peers) {
          await seen(id);
        }
      } else if (message.type === 'peer-joined') {
        await seen(message.peerId);
      } else if (message.type === 'signal' && message.signal.type === 'sealed') {
        const signal = this.open(message);
        const ours = own;
        if (signal?.kind === ANSWER && ours !== undefined) {
          return { peer, channel: await ours.connect(signal.sdp, { weOffered: true }) };
        }
        const stands = own !== undefined && this.self < message.peerId;
        if (signal?.kind === OFFER && isForWebSocket(signal.sdp) && !stands) {
          own?.close();
          peer = message.peerId;
          own = await Attempt.begin(address);
          this.signal(peer, ANSWER, own.description());
          return { peer, channel: await own.connect(signal.sdp, { weOffered: false }) };
        }
      }
    }
  }

  close() {
    return this.socket.close();
  }

  async next() {
    const message = await this.socket.receive();
    if (message === null) {
      throw new Error('the discovery service ended the connection');
    }
    return message;
  }

  say(message) {
    this.socket.send(JSON.stringify(message));
  }

  signal(peer, kind, sdp) {
    const text = Buffer.from(sdp);
    const head = Buffer.alloc(9);
    head[0] = kind;
    head.writeUInt32BE(text.length, 5);
    const signal = Buffer.concat([head, text]);
    const proof = prove(this.device.pair, signedSignal(this.self, peer, signal));
    const data = this.account.sealSignal(Buffer.concat([proof, signal]), this.self, peer);
    this.say({ type: 'signal', targetId: peer, signal: { type: 'sealed', data } });
  }

  /** Null if it is none of this account, or a candidate. */
  open({ peerId, signal }) {
    let bytes;
    try {
      bytes = this.account.openSignal(signal.data, peerId, this.self);
    } catch {
      process.stderr.write(`${peerId} sent a signal that cannot be opened: ignored\n`);
      return null;
    }
    const shown = bytes.subarray(PROOF_BYTES);
    if (!isProven(peerId, signedSignal(peerId, this.self, shown), bytes.subarray(0, PROOF_BYTES))) {
      process.stderr.write(`${peerId} did not sign its signal: ignored\n`);
      return null;
    }
    const text = shown.subarray(9);
    const whole = shown.length >= 9 && shown.readUInt32BE(5) === text.length;
    return whole ? { kind: shown[0], sdp: text.toString() } : null;
  }
}
