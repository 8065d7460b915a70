// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// A QR code (ISO/IEC 18004) of a text, as bytes in UTF-8 with the lowest correction: it stands on a screen, whose
// points are clean, and offers are long. Nothing of the text leaves the page.

// By version, from 1: correction bytes of a block, and blocks.
const CORRECTION = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, ...Array(14).fill(30)];
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25];
const LEVEL_BITS = 1;

const MASKS = [
  (x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2, (x, y) => ((x * y) % 2) + ((x * y) % 3),
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

// The field of 256 elements in which the correction is calculated.
const EXP = new Uint8Array(510);
const LOG = new Uint8Array(256);
for (let i = 0, value = 1; i < 255; i++) {
  EXP[i] = value;
  EXP[i + 255] = value;
  LOG[value] = i;
  value = value < 128 ? value * 2 : (value * 2) ^ 0x11d;
}
const times = (a, b) => (a && b ? EXP[LOG[a] + LOG[b]] : 0);

function correction(data, length) {
  let generator = [1];
  for (let i = 0; i < length; i++) {
    const next = new Array(generator.length + 1).fill(0);
    generator.forEach((factor, j) => {
      next[j] ^= factor;
      next[j + 1] ^= times(factor, EXP[i]);
    });
    generator = next;
  }
  const rest = new Uint8Array(data.length + length);
  rest.set(data);
  for (let i = 0; i < data.length; i++) {
    const factor = rest[i];
    if (factor) generator.forEach((one, j) => (rest[i + j] ^= times(one, factor)));
  }
  return rest.slice(data.length);
}

const alignments = (version) => {
  if (version === 1) return [];
  const many = Math.floor(version / 7) + 2;
  const step = version === 32 ? 26 : Math.ceil((version * 4 + 4) / (many * 2 - 2)) * 2;
  return [6, ...Array.from({ length: many - 1 }, (_, i) => version * 4 + 10 - i * step).reverse()];
};

function wholeBytes(version) {
  const many = version > 1 ? Math.floor(version / 7) + 2 : 0;
  const modules = (16 * version + 128) * version + 64 - (many ? (25 * many - 10) * many - 55 : 0) - (version >= 7 ? 36 : 0);
  return Math.floor(modules / 8);
}

const dataBytes = (version) => wholeBytes(version) - CORRECTION[version - 1] * BLOCKS[version - 1];

/** The bytes of all blocks, in the order in which they are drawn. */
function encode(bytes, version) {
  const bits = [];
  const put = (value, length) => {
    for (let i = length - 1; i >= 0; i--) bits.push((value >>> i) & 1);
  };
  put(4, 4);
  put(bytes.length, version < 10 ? 8 : 16);
  bytes.forEach((byte) => put(byte, 8));
  const room = dataBytes(version);
  put(0, Math.min(4, room * 8 - bits.length));
  while (bits.length % 8) bits.push(0);
  const data = Array.from({ length: bits.length / 8 }, (_, i) => parseInt(bits.slice(i * 8, i * 8 + 8).join(''), 2));
  for (let pad = 0; data.length < room; pad++) data.push(pad % 2 ? 0x11 : 0xec);

  const blocks = BLOCKS[version - 1];
  const short = Math.floor(room / blocks);
  const longOnes = room % blocks;
  const parts = [];
  for (let i = 0, at = 0; i < blocks; i++) {
    const length = short + (i >= blocks - longOnes ? 1 : 0);
    const part = data.slice(at, at + length);
    parts.push({ part, extra: correction(part, CORRECTION[version - 1]) });
    at += length;
  }
  const all = [];
  for (let i = 0; i <= short; i++) parts.forEach(({ part }) => i < part.length && all.push(part[i]));
  for (let i = 0; i < CORRECTION[version - 1]; i++) parts.forEach(({ extra }) => all.push(extra[i]));
  return all;
}

function checked(value, bits, divisor) {
  let rest = value;
  for (let i = 0; i < bits; i++) rest = (rest << 1) ^ ((rest >>> (bits - 1)) * divisor);
  return (value << bits) | rest;
}

function draw(codewords, version, mask) {
  const size = version * 4 + 17;
  const dark = Array.from({ length: size }, () => new Uint8Array(size));
  const fixed = Array.from({ length: size }, () => new Uint8Array(size));
  const set = (x, y, value) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    dark[y][x] = value ? 1 : 0;
    fixed[y][x] = 1;
  };
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  for (const [cx, cy] of [[3, 3], [size - 4, 3], [3, size - 4]]) {
    for (let dy = -4; dy <= 4; dy++) {
      for (let dx = -4; dx <= 4; dx++) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        set(cx + dx, cy + dy, ring !== 2 && ring !== 4);
      }
    }
  }
  const places = alignments(version);
  const last = places.length - 1;
  places.forEach((cx, i) => places.forEach((cy, j) => {
    if ((i === 0 && (j === 0 || j === last)) || (i === last && j === 0)) return;
    for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
  }));
  const format = checked((LEVEL_BITS << 3) | mask, 10, 0x537) ^ 0x5412;
  for (let i = 0; i < 15; i++) {
    const bit = (format >>> i) & 1;
    if (i < 6) set(8, i, bit);
    else if (i < 8) set(8, i + 1, bit);
    else if (i === 8) set(7, 8, bit);
    else set(14 - i, 8, bit);
    if (i < 8) set(size - 1 - i, 8, bit);
    else set(8, size - 15 + i, bit);
  }
  set(8, size - 8, 1);
  if (version >= 7) {
    const bits = checked(version, 12, 0x1f25);
    for (let i = 0; i < 18; i++) {
      set(size - 11 + (i % 3), Math.floor(i / 3), (bits >>> i) & 1);
      set(Math.floor(i / 3), size - 11 + (i % 3), (bits >>> i) & 1);
    }
  }
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const up = ((right + 1) & 2) === 0;
    for (let step = 0; step < size; step++) {
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (fixed[y][x]) continue;
        const bit = at < codewords.length * 8 ? (codewords[at >> 3] >>> (7 - (at & 7))) & 1 : 0;
        dark[y][x] = bit ^ (MASKS[mask](x, y) === 0 ? 1 : 0);
        at += 1;
      }
    }
  }
  return dark;
}

/** How hard it is to read: long runs, squares of one colour, and an uneven share of dark. */
function hardness(dark) {
  const size = dark.length;
  let sum = 0;
  let all = 0;
  const line = (at) => {
    for (let i = 1, run = 1; i <= size; i++) {
      if (i < size && at(i) === at(i - 1)) run += 1;
      else {
        if (run >= 5) sum += run - 2;
        run = 1;
      }
    }
  };
  for (let y = 0; y < size; y++) {
    line((x) => dark[y][x]);
    line((x) => dark[x][y]);
    for (let x = 0; x < size; x++) {
      all += dark[y][x];
      if (x > 0 && y > 0 && dark[y][x] === dark[y - 1][x] && dark[y][x] === dark[y][x - 1] && dark[y][x] === dark[y - 1][x - 1]) sum += 3;
    }
  }
  return sum + Math.floor(Math.abs((all / (size * size)) * 20 - 10)) * 10;
}

/** Rows of dark (1) and light (0) points, or null if the text is too long. */
export function qr(text) {
  const bytes = new TextEncoder().encode(text);
  let version = 1;
  while (version <= 40 && dataBytes(version) * 8 < bytes.length * 8 + (version < 10 ? 12 : 20)) version += 1;
  if (version > 40) return null;
  const codewords = encode(bytes, version);
  let best = null;
  for (let mask = 0; mask < 8; mask++) {
    const dark = draw(codewords, version, mask);
    const how = hardness(dark);
    if (best === null || how < best.how) best = { dark, how };
  }
  return best.dark;
}
