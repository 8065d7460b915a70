// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// RFC 6455 on a stream that is open already, without extensions.

import { createHash, randomBytes } from 'node:crypto';

const MAX_HEAD_BYTES = 16_384;
const PING_MILLIS = 20_000;
const GOODBYE_MILLIS = 2_000;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

export class WebSocket {
  /** Sends a request and reads the answer. */
  static async request(stream, { host, path, protocol, maxMessageBytes }) {
    const key = randomBytes(16).toString('base64');
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: ${host}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${key}`,
      'Sec-WebSocket-Version: 13',
    ];
    if (protocol !== undefined) {
      lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
    }
    stream.write(`${lines.join('\r\n')}\r\n\r\n`);
    const input = new Input(stream);
    const { start, headers } = await input.head();
    if (!start.startsWith('HTTP/1.1 101') || headers['sec-websocket-accept'] !== accept(key)) {
      throw new Error(`no WebSocket: ${start}`);
    }
    if (headers['sec-websocket-protocol'] !== protocol) {
      throw new Error('the WebSocket has another subprotocol');
    }
    return new WebSocket(stream, input, { masks: true, maxMessageBytes });
  }

  /** Awaits a request and answers it. */
  static async respond(stream, { protocol, maxMessageBytes }) {
    const input = new Input(stream);
    const { start, headers } = await input.head();
    const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!start.startsWith('GET / ') || !offered.includes(protocol)) {
      throw new Error(`no request for our WebSocket: ${start}`);
    }
    const lines = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept(headers['sec-websocket-key'])}`,
      `Sec-WebSocket-Protocol: ${protocol}`,
    ];
    stream.write(`${lines.join('\r\n')}\r\n\r\n`);
    return new WebSocket(stream, input, { masks: false, maxMessageBytes });
  }

  constructor(stream, input, { masks, maxMessageBytes }) {
    this.stream = stream;
    this.input = input;
    this.masks = masks;
    this.maxMessageBytes = maxMessageBytes;
    this.pings = setInterval(() => this.write(PING, Buffer.alloc(0)), PING_MILLIS);
    stream.once('close', () => clearInterval(this.pings));
  }

  /** Sends a text, or bytes. */
  send(message) {
    this.write(typeof message === 'string' ? TEXT : BINARY, Buffer.from(message));
  }

  /** The next message: a text, bytes, or null at the end. Reads no more than it is asked for. */
  async receive() {
    const parts = [];
    let kind = 0;
    let length = 0;
    for (;;) {
      const frame = await this.frame(this.maxMessageBytes - length);
      if (frame === null || frame.code === CLOSE) {
        return null;
      }
      if (frame.code === PING) {
        this.write(PONG, frame.data);
      } else if (frame.code !== PONG) {
        kind = frame.code || kind;
        length += frame.data.length;
        parts.push(frame.data);
        if (frame.final) {
          const whole = Buffer.concat(parts);
          return kind === TEXT ? whole.toString() : whole;
        }
      }
    }
  }

  /** Says that it ends, and reads on until the other has said so too. */
  async close() {
    this.write(CLOSE, Buffer.of(1000 >> 8, 1000 & 255));
    this.stream.end();
    const hurry = setTimeout(() => this.stream.destroy(), GOODBYE_MILLIS);
    try {
      while ((await this.receive()) !== null) {
        // Anything that still arrives is ignored.
      }
    } finally {
      clearTimeout(hurry);
      this.stream.destroy();
    }
  }

  async frame(most) {
    const head = await this.input.take(2);
    if (head === null) {
      return null;
    }
    const masked = (head[1] & 128) !== 0;
    if ((head[0] & 0x70) !== 0 || masked === this.masks) {
      throw new Error('a WebSocket frame is not as it should be');
    }
    let length = head[1] & 127;
    if (length === 126) {
      length = (await this.input.take(2)).readUInt16BE();
    } else if (length === 127) {
      length = Number((await this.input.take(8)).readBigUInt64BE());
    }
    if (length > most) {
      throw new Error('a WebSocket message is too long');
    }
    const mask = masked ? await this.input.take(4) : null;
    const data = await this.input.take(length);
    if (data === null) {
      return null;
    }
    const final = (head[0] & 128) !== 0;
    return { final, code: head[0] & 15, data: mask ? xor(data, mask) : data };
  }

  write(code, data) {
    if (!this.stream.writable) {
      return;
    }
    const sizes = data.length < 126 ? 0 : data.length < 65_536 ? 2 : 8;
    const head = Buffer.alloc(2 + sizes);
    head[0] = 128 | code;
    head[1] = (this.masks ? 128 : 0) | (sizes === 0 ? data.length : sizes === 2 ? 126 : 127);
    if (sizes > 0) {
      head.writeUIntBE(data.length, 2 + Math.max(0, sizes - 6), Math.min(sizes, 6));
    }
    const mask = this.masks ? randomBytes(4) : null;
    this.stream.write(Buffer.concat(mask ? [head, mask, xor(data, mask)] : [head, data]));
  }
}

/** Exactly as many bytes of a stream as are asked for. */
class Input {
  constructor(stream) {
    this.chunks = stream.iterator({ destroyOnReturn: false });
    this.bytes = Buffer.alloc(0);
  }

  /** Null at the end of the stream. */
  async take(length) {
    while (this.bytes.length < length) {
      if (!(await this.more())) {
        return null;
      }
    }
    const taken = this.bytes.subarray(0, length);
    this.bytes = this.bytes.subarray(length);
    return taken;
  }

  /** The head of an HTTP request or response. */
  async head() {
    let end;
    while ((end = this.bytes.indexOf('\r\n\r\n')) < 0) {
      if (this.bytes.length > MAX_HEAD_BYTES || !(await this.more())) {
        throw new Error('no HTTP came');
      }
    }
    const [start, ...lines] = (await this.take(end + 4)).toString('latin1').trimEnd().split('\r\n');
    const headers = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    return { start, headers };
  }

  async more() {
    try {
      const { value, done } = await this.chunks.next();
      this.bytes = done ? this.bytes : Buffer.concat([this.bytes, value]);
      return !done;
    } catch {
      return false; // A connection that breaks has ended.
    }
  }
}

function accept(key) {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

function xor(data, mask) {
  return data.map((byte, i) => byte ^ mask[i & 3]);
}
