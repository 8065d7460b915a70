// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// Argon2id of RFC 9106, for one lane and without secret and associated data, which is all that the
// protocol asks for. 64-bit words are pairs of 32-bit ones, low half first, because BigInt would take
// a minute. Little-endian machines only.

const BLOCK = 256; // 32-bit words of a block of 1 KiB
const SLICES = 4;

export function argon2id(password, salt, { memoryKiB, passes, length }) {
  const h0 = blake2b(
    Buffer.concat([
      ...[1, length, memoryKiB, passes, 0x13, 2].map(le32),
      ...[password, salt, Buffer.alloc(0), Buffer.alloc(0)].flatMap((x) => [le32(x.length), x]),
    ]),
    64,
  );
  const segment = Math.floor(memoryKiB / SLICES);
  const blocks = segment * SLICES;
  const memory = new Uint32Array(blocks * BLOCK);
  for (let i = 0; i < 2; i++) {
    memory.set(words(longHash(Buffer.concat([h0, le32(i), le32(0)]), BLOCK * 4)), i * BLOCK);
  }
  for (let pass = 0; pass < passes; pass++) {
    for (let slice = 0; slice < SLICES; slice++) {
      fill(memory, { pass, slice, segment, blocks, passes });
    }
  }
  const last = memory.slice((blocks - 1) * BLOCK);
  return longHash(Buffer.from(last.buffer), length);
}

function fill(memory, { pass, slice, segment, blocks, passes }) {
  const blind = pass === 0 && slice < SLICES / 2;
  const input = new Uint32Array(BLOCK);
  [pass, 0, slice, blocks, passes, 2].forEach((value, i) => (input[2 * i] = value));
  const addresses = new Uint32Array(BLOCK);
  const zero = new Uint32Array(BLOCK);
  const next = new Uint32Array(BLOCK);
  for (let i = 0; i < segment; i++) {
    if (blind && i % 128 === 0) {
      input[12]++;
      compress(zero, 0, input, 0, next);
      compress(zero, 0, next, 0, addresses);
    }
    if (pass === 0 && slice === 0 && i < 2) {
      continue;
    }
    const at = slice * segment + i;
    const before = ((at + blocks - 1) % blocks) * BLOCK;
    const j1 = blind ? addresses[2 * (i % 128)] : memory[before];
    const size = pass === 0 ? at - 1 : blocks - segment + i - 1;
    const start = pass === 0 ? 0 : ((slice + 1) * segment) % blocks;
    const reference = (start + size - 1 - high(size, high(j1, j1))) % blocks;
    compress(memory, before, memory, reference * BLOCK, next);
    for (let k = 0; k < BLOCK; k++) {
      memory[at * BLOCK + k] = pass === 0 ? next[k] : memory[at * BLOCK + k] ^ next[k];
    }
  }
}

// The upper half of the product of two unsigned 32-bit words.
function high(a, b) {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const middle = ah * bl + ((al * bl) >>> 16);
  return ah * bh + (middle >>> 16) + (((middle & 0xffff) + al * bh) >>> 16);
}

// In which order the 128 words of a block are mixed: its rows, then its columns.
const MIXES = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
];
const ROWS = Array.from({ length: 8 }, (_, i) => MIXES.flat().map((k) => 16 * i + k));
const COLUMNS = Array.from({ length: 8 }, (_, i) =>
  MIXES.flat().map((k) => 2 * i + 16 * (k >> 1) + (k & 1)),
);
const ORDER = Uint32Array.from([ROWS, COLUMNS].flat(2), (word) => 2 * word);

const work = new Uint32Array(BLOCK);

function compress(x, xAt, y, yAt, out) {
  for (let i = 0; i < BLOCK; i++) {
    work[i] = x[xAt + i] ^ y[yAt + i];
  }
  const before = work.slice();
  for (let i = 0; i < ORDER.length; i += 4) {
    mix(ORDER[i], ORDER[i + 1], ORDER[i + 2], ORDER[i + 3]);
  }
  for (let i = 0; i < BLOCK; i++) {
    out[i] = work[i] ^ before[i];
  }
}

function mix(a, b, c, d) {
  add(a, b);
  turn(d, a, 32);
  add(c, d);
  turn(b, c, 24);
  add(a, b);
  turn(d, a, 16);
  add(c, d);
  turn(b, c, 63);
}

// a += b + 2 * low half of a * low half of b
function add(a, b) {
  const low = work[a] + work[b] + 2 * (Math.imul(work[a], work[b]) >>> 0);
  const carry = Math.floor(low / 0x100000000);
  work[a + 1] = work[a + 1] + work[b + 1] + 2 * high(work[a], work[b]) + carry;
  work[a] = low;
}

// a = (a ^ b) turned to the right
function turn(a, b, bits) {
  let low = work[a] ^ work[b];
  let upper = work[a + 1] ^ work[b + 1];
  if (bits >= 32) {
    [low, upper, bits] = [upper, low, bits - 32];
  }
  work[a] = bits === 0 ? low : (low >>> bits) | (upper << (32 - bits));
  work[a + 1] = bits === 0 ? upper : (upper >>> bits) | (low << (32 - bits));
}

// H' of RFC 9106, section 3.3.
function longHash(input, length) {
  const first = Buffer.concat([le32(length), input]);
  if (length <= 64) {
    return blake2b(first, length);
  }
  const parts = [];
  let v = blake2b(first, 64);
  let left = length;
  for (; left > 64; left -= 32) {
    parts.push(v.subarray(0, 32));
    v = blake2b(v, left - 32 > 64 ? 64 : left - 32);
  }
  return Buffer.concat([...parts, v]);
}

// BLAKE2b of RFC 7693, without key. Little is hashed, so BigInt is fast enough.

const IV = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
];
const SIGMA = [
  '0123456789abcdef',
  'ea489fd61c02b753',
  'b8c052fdae367194',
  '7931dcbe265a40f8',
  '905724afe1bc683d',
  '2c6a0b834d75fe19',
  'c51fed4a0763928b',
  'db7ec13950f4862a',
  '6fe9b308c2d714a5',
  'a2847615fb9e3cd0',
].map((row) => Array.from(row, (digit) => parseInt(digit, 16)));

export function blake2b(input, length) {
  const h = [...IV];
  h[0] ^= 0x01010000n ^ BigInt(length);
  const padded = Buffer.alloc(Math.max(1, Math.ceil(input.length / 128)) * 128);
  padded.set(input);
  for (let at = 0; at < padded.length; at += 128) {
    const last = at + 128 === padded.length;
    const m = Array.from({ length: 16 }, (_, i) => padded.readBigUInt64LE(at + 8 * i));
    const v = [...h, ...IV];
    v[12] ^= BigInt(last ? input.length : at + 128);
    v[14] ^= last ? 0xffffffffffffffffn : 0n;
    for (let round = 0; round < 12; round++) {
      const s = SIGMA[round % 10];
      MIXES.forEach(([a, b, c, d], i) => stir(v, a, b, c, d, m[s[2 * i]], m[s[2 * i + 1]]));
    }
    h.forEach((_, i) => (h[i] ^= v[i] ^ v[i + 8]));
  }
  const out = Buffer.alloc(64);
  h.forEach((word, i) => out.writeBigUInt64LE(word, 8 * i));
  return out.subarray(0, length);
}

function stir(v, a, b, c, d, x, y) {
  v[a] = BigInt.asUintN(64, v[a] + v[b] + x);
  v[d] = right(v[d] ^ v[a], 32n);
  v[c] = BigInt.asUintN(64, v[c] + v[d]);
  v[b] = right(v[b] ^ v[c], 24n);
  v[a] = BigInt.asUintN(64, v[a] + v[b] + y);
  v[d] = right(v[d] ^ v[a], 16n);
  v[c] = BigInt.asUintN(64, v[c] + v[d]);
  v[b] = right(v[b] ^ v[c], 63n);
}

function right(word, bits) {
  return BigInt.asUintN(64, (word >> bits) | (word << (64n - bits)));
}

function le32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function words(bytes) {
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i));
}
