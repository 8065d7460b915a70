// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// docs/protocol.md, section 9: records of kind 0 (JSON), 1 (entries) and 2 (comparisons).

import { inflateRawSync } from 'node:zlib';

const MAX_COLUMNS = 1_048_576;
const MAX_ENTRIES = 10_000;
const MAX_TEXT = 1_048_576;
const MAX_URL = 8_192;
const MAX_MICROS = 2n ** 53n;
const MAX_PARTS = 16_384;
const MAX_ID = 128;
const STEPS = ['WISH', 'TURN', 'DONE', 'TOO_DIFFERENT'];
const PARTS = ['skip', 'fingerprint', 'list', 'wanted'];
const DEVICE = ['deviceId', 'platform', 'userAgent', 'browserName', 'browserVersion'];
const FEED = ['id', 'after', 'upTo', 'head'];

/** Returns the message that a record holds: JSON as it came, else with `entries` or `parts`. */
export function unpack(record) {
  switch (record[0]) {
    case 0:
      return JSON.parse(record.subarray(1).toString());
    case 1:
      return entries(new Columns(columns(record)));
    case 2:
      return reconcile(new Columns(record.subarray(1)));
    default:
      throw new Error('a record is of no kind that is known');
  }
}

/** A comparison without parts. */
export function packReconcile({ step, feed, head }) {
  const items = ['', Date.now(), STEPS.indexOf(step), feed, head, []];
  return Buffer.concat([Buffer.of(2), ...items.map(cbor)]);
}

export function packJson(message) {
  return Buffer.concat([Buffer.of(0), Buffer.from(JSON.stringify(message))]);
}

function columns(record) {
  check(record.length >= 5, 'it is too short');
  const length = record.readUIntBE(2, 3);
  const rest = record.subarray(5);
  check(length <= MAX_COLUMNS, 'its columns are too long');
  if (record[1] === 0) {
    check(rest.length === length, 'its columns are not as long as it says');
    return rest;
  }
  check(record[1] === 1, 'its columns are compressed in an unknown way');
  const { buffer, engine } = inflateRawSync(rest, { maxOutputLength: length || 1, info: true });
  check(buffer.length === length, 'its columns are not as long as it says');
  check(engine.bytesWritten === rest.length, 'something follows its columns');
  return buffer;
}

function entries(c) {
  const type = ['history', 'sync-response'][c.index(2)];
  const clientId = c.text(128);
  const timestamp = c.integer();
  const stretch = c.optional(() => {
    c.array(4, 4);
    return [c.text(128), c.integer(), c.integer(), c.integer()];
  });
  const n = c.index(MAX_ENTRIES + 1);
  const devices = c.list(c.array(0, n), () => {
    c.array(6, 6);
    return { texts: DEVICE.map(() => c.text()), stem: c.optional(() => c.text()), row: 0n };
  });
  const device = c.column(n).map((index) => at(devices, index));
  const times = visitTimes(c, n);
  const ids = visitIds(c, n, device, times);
  const referrers = referringIds(c, n, device, times, ids);
  const lastModified = c.column(n).map((value, i) => modified(value, times[i]));
  const transitions = c.list(c.array(0, n), () => c.text());
  const transition = c.column(n).map((index) => at(transitions, index));
  const deleted = c.column(n).map((value) => at([false, true], value));
  const { urls, sameUrl } = urlColumns(c, n);
  const titles = titleColumns(c, n, sameUrl);
  const summaries = sparse(c, n, () => {
    c.array(3, 3);
    return [c.index(n), () => ({ content: '', summary: c.text(), extractedAt: c.float() })];
  });
  const unknown = sparse(c, n, () => {
    c.array(2, 2);
    return [c.index(n), () => c.text()];
  });
  c.end();
  const list = ids.map((id, i) => ({
    ...Object.fromEntries(DEVICE.map((member, k) => [member, device[i].texts[k]])),
    visitId: id.text,
    url: urls[i],
    title: titles[i],
    visitTime: times[i].millis,
    referringVisitId: referrers[i],
    transition: transition[i],
    lastModified: lastModified[i],
    deleted: deleted[i],
    pageContent: summaries.get(i) ?? null,
    unknown: unknown.get(i) ?? '',
  }));
  const feed = stretch && Object.fromEntries(FEED.map((member, i) => [member, stretch[i]]));
  return { type, clientId, timestamp, feed, entries: list };
}

function reconcile(c) {
  const clientId = c.text(128);
  const timestamp = c.integer();
  const step = STEPS[c.index(STEPS.length)];
  const feed = c.text(128);
  const head = c.integer();
  let micros = 0n;
  const time = () => {
    const item = c.item();
    if (item === null || item instanceof Float) {
      return item && item.value;
    }
    micros = moved(micros, item);
    return Number(micros) / 1000;
  };
  const parts = c.list(c.array(0, MAX_PARTS), () => {
    const items = c.array(2, 6);
    const kind = PARTS[c.index(PARTS.length)];
    const part = { kind, untilTime: time() };
    if (kind === 'fingerprint') {
      part.count = c.integer();
    }
    if (kind !== 'skip') {
      part.digests = digests(c.bytesItem());
    }
    if (items > Object.keys(part).length) {
      part.untilDeviceId = c.text(MAX_ID);
      part.untilVisitId = c.text(MAX_ID);
    }
    check(items === Object.keys(part).length, 'a part is too short or too long');
    return part;
  });
  c.end();
  return { type: 'reconcile', clientId, timestamp, step, feed, head, parts };
}

function digests(bytes) {
  check(bytes.length % 16 === 0, 'a digest is cut');
  return Array.from({ length: bytes.length / 16 }, (_, i) =>
    bytes.subarray(16 * i, 16 * i + 16).toString('hex'),
  );
}

function moved(micros, item) {
  const sum = micros + BigInt(integer(item));
  check(sum <= MAX_MICROS && sum >= -MAX_MICROS, 'a time is out of bounds');
  return sum;
}

function visitTimes(c, n) {
  let micros = 0n;
  return c.list(c.array(n, n), () => {
    const item = c.item();
    if (item instanceof Float) {
      return { millis: item.value };
    }
    micros = moved(micros, item);
    return { millis: Number(micros) / 1000, micros };
  });
}

function visitIds(c, n, devices, times) {
  return c.list(c.array(n, n), (i) => {
    const item = c.item();
    if (typeof item === 'string') {
      return { text: item };
    }
    const device = devices[i];
    device.row += BigInt(integer(item));
    return { row: device.row, text: madeId(device, device.row, times[i].micros) };
  });
}

function referringIds(c, n, devices, times, ids) {
  return c.list(c.array(n, n), (i) => {
    const item = c.item();
    if (item === null) {
      return '';
    }
    if (typeof item === 'string') {
      return item;
    }
    if (item instanceof Head) {
      check(item.major === ARRAY, 'a referring visit is none');
      const stem = devices[i].stem;
      check(item.value === (stem === null ? 1 : 2), 'a referring visit is none');
      check(ids[i].row !== undefined, 'an entry without a row refers to a row');
      const row = ids[i].row - BigInt(c.integer());
      const time = stem === null ? undefined : less(times[i].micros, c.integer());
      return madeId(devices[i], row, time);
    }
    return item === 0 ? '0' : back(ids, i, item).text;
  });
}

function less(micros, item) {
  check(micros !== undefined, 'an id is made from a time that has no microseconds');
  return micros - BigInt(item);
}

function madeId({ stem }, row, micros) {
  check(row >= 0n, 'a row is negative');
  if (stem === null) {
    return row.toString();
  }
  check(micros !== undefined && micros >= 0n, 'an id is made from a time that cannot be in one');
  return `${stem}-${row}-${micros.toString(36)}`;
}

function modified(value, { millis, micros }) {
  // BigInt divides towards zero; what is wanted is rounded down.
  const base = micros === undefined ? 0n : (micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n;
  return BigInt.asIntN(64, base + BigInt(value));
}

function urlColumns(c, n) {
  const sameUrl = c.column(n);
  const fresh = sameUrl.filter((value) => value === 0).length;
  const like = c.column(fresh);
  const prefixes = c.column(fresh);
  const made = [];
  let total = 0;
  c.list(c.array(fresh, fresh), (i) => {
    let prefix = '';
    if (like[i] !== 0) {
      const model = back(made, i, like[i]);
      check(prefixes[i] >= 0 && prefixes[i] <= model.length, 'a URL begins like a shorter one');
      prefix = model.slice(0, prefixes[i]);
      check(/^[\0-\x7f]*$/.test(prefix), 'a URL begins with what is not ASCII of another');
    }
    made.push(prefix + c.text());
    total += made[i].length;
    check(made[i].length <= MAX_URL && total <= MAX_TEXT, 'its URLs are too long');
  });
  const urls = [];
  let used = 0;
  sameUrl.forEach((value, i) => urls.push(value === 0 ? made[used++] : back(urls, i, value)));
  return { urls, sameUrl };
}

function titleColumns(c, n, sameUrl) {
  const sameTitle = c.column(n);
  const fresh = sameTitle.filter((value) => value === 0).length;
  const made = c.list(c.array(fresh, fresh), () => c.text());
  const titles = [];
  let used = 0;
  sameTitle.forEach((value, i) => {
    const distance = value === 1 ? sameUrl[i] : value - 1;
    titles.push(value === 0 ? made[used++] : back(titles, i, distance));
  });
  return titles;
}

// Values that few entries have, each with its distance from the last.
function sparse(c, n, read) {
  const values = new Map();
  let next = 0;
  c.list(c.array(0, n), () => {
    const [gap, value] = read();
    next += gap;
    check(next < n, 'a member belongs to no entry');
    values.set(next++, value());
  });
  return values;
}

function at(list, index) {
  check(Number.isInteger(index) && index >= 0 && index < list.length, 'an index is out of bounds');
  return list[index];
}

function back(list, i, distance) {
  check(distance > 0, 'a distance is out of bounds');
  return at(list, i - distance);
}

function check(condition, what) {
  if (!condition) {
    throw new Error(`a record cannot be read: ${what}`);
  }
}

function integer(item) {
  check(typeof item === 'number' || typeof item === 'bigint', 'an integer is missing');
  return item;
}

const ARRAY = 4;
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The head of an array, behind which its items follow. */
class Head {
  constructor(major, value) {
    this.major = major;
    this.value = value;
  }
}

class Float {
  constructor(value) {
    this.value = value;
  }
}

/** The CBOR items of the columns. Integers beyond 2^53 are BigInt. */
class Columns {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  /** An integer, a float, a text, null, or the head of an array. */
  item() {
    const first = this.take(1)[0];
    const major = first >> 5;
    if (first === 0xfb) {
      return new Float(this.take(8).readDoubleBE());
    }
    if (first === 0xf6) {
      return null;
    }
    const value = this.argument(first & 31);
    switch (major) {
      case 0:
        return value;
      case 1:
        return typeof value === 'bigint' ? small(-1n - value) : -1 - value;
      case 2: {
        const utf16 = Buffer.from(this.take(value));
        check(value % 2 === 0, 'a text is cut');
        return utf16.swap16().toString('utf16le');
      }
      case 3:
        return UTF_8.decode(this.take(value));
      case ARRAY:
        return new Head(ARRAY, value);
      default:
        throw new Error('a record cannot be read: it has an item that does not occur');
    }
  }

  argument(low) {
    check(low < 28, 'a length is not given');
    switch (low) {
      case 24:
        return this.take(1).readUInt8();
      case 25:
        return this.take(2).readUInt16BE();
      case 26:
        return this.take(4).readUInt32BE();
      case 27: {
        const value = this.take(8).readBigUInt64BE();
        check(value < 2n ** 63n, 'an integer is out of bounds');
        return small(value);
      }
      default:
        return low;
    }
  }

  take(length) {
    check(length <= this.bytes.length - this.at, 'it ends too early');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  optional(read) {
    if (this.bytes[this.at] === 0xf6) {
      this.at++;
      return null;
    }
    return read();
  }

  integer() {
    return integer(this.item());
  }

  index(end) {
    const value = this.integer();
    check(value >= 0 && value < end, 'a number is out of bounds');
    return value;
  }

  float() {
    const item = this.item();
    check(item instanceof Float, 'a float is missing');
    return item.value;
  }

  text(longest = MAX_TEXT) {
    const item = this.item();
    check(typeof item === 'string' && item.length <= longest, 'a text is missing or too long');
    return item;
  }

  bytesItem() {
    const first = this.take(1)[0];
    check(first >> 5 === 2, 'bytes are missing');
    return this.take(this.argument(first & 31));
  }

  array(least, most) {
    const item = this.item();
    check(item instanceof Head, 'an array is missing');
    check(item.value >= least && item.value <= most, 'an array is too short or too long');
    return item.value;
  }

  list(length, read) {
    return Array.from({ length }, (_, i) => read(i));
  }

  column(n) {
    const item = this.item();
    if (!(item instanceof Head)) {
      return new Array(n).fill(integer(item));
    }
    check(item.value === n, 'a column is too short or too long');
    return this.list(n, () => this.integer());
  }

  end() {
    check(this.at === this.bytes.length, 'something follows its columns');
  }
}

function small(value) {
  const safe = value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER;
  return safe ? Number(value) : value;
}

/** Packs entries in the simplest way: nothing refers to anything, nothing is compressed. */
export function packEntries({ type, feed, entries: list }) {
  const urls = list.map(() => 0);
  const body = [
    ['history', 'sync-response'].indexOf(type),
    '',
    Date.now(),
    FEED.map((member) => feed[member]),
    list.length,
    list.map((entry) => [...DEVICE.map((member) => entry[member]), null]),
    list.map((_, i) => i),
    list.map((entry) => new Float(entry.visitTime)),
    list.map((entry) => entry.visitId),
    list.map((entry) => entry.referringVisitId),
    list.map((entry) => entry.lastModified),
    list.map((entry) => entry.transition),
    list.map((_, i) => i),
    list.map((entry) => (entry.deleted ? 1 : 0)),
    urls,
    urls,
    urls,
    list.map((entry) => entry.url),
    urls,
    list.map((entry) => entry.title),
    withGaps(list, 'pageContent', (page) => [page.summary, new Float(page.extractedAt)]),
    withGaps(list, 'unknown', (text) => [text]),
  ].map(cbor);
  const bytes = Buffer.concat(body);
  const head = Buffer.alloc(5);
  head[0] = 1;
  head.writeUIntBE(bytes.length, 2, 3);
  return Buffer.concat([head, bytes]);
}

function withGaps(list, member, values) {
  let next = 0;
  return list.flatMap((entry, i) => {
    if (!entry[member]) {
      return [];
    }
    const gap = i - next;
    next = i + 1;
    return [[gap, ...values(entry[member])]];
  });
}

function cbor(item) {
  if (item === null) {
    return Buffer.of(0xf6);
  }
  if (item instanceof Float) {
    const bytes = Buffer.of(0xfb, 0, 0, 0, 0, 0, 0, 0, 0);
    bytes.writeDoubleBE(item.value, 1);
    return bytes;
  }
  if (Array.isArray(item)) {
    return Buffer.concat([cborHead(ARRAY, item.length), ...item.map(cbor)]);
  }
  if (typeof item !== 'string') {
    return item < 0 ? cborHead(1, -1n - BigInt(item)) : cborHead(0, item);
  }
  const bytes = item.isWellFormed()
    ? Buffer.from(item)
    : Buffer.from(item, 'utf16le').swap16();
  return Buffer.concat([cborHead(item.isWellFormed() ? 3 : 2, bytes.length), bytes]);
}

function cborHead(major, value) {
  if (value < 24) {
    return Buffer.of((major << 5) | Number(value));
  }
  const bytes = Buffer.alloc(9);
  bytes[0] = (major << 5) | 27;
  bytes.writeBigUInt64BE(BigInt(value), 1);
  return bytes;
}
