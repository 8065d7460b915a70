// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
//
// Load for the discovery service and, in turns, for a bare relay. Each runs on one processor, this on
// another. discovery.mjs LAUNCHER FOLDER_OF_WS|none ROUNDS IDLE_CONNECTIONS

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [launcher, folder, rounds, idleConnections] = process.argv.slice(2);
const SIGNAL_BYTES = 1200;
const WINDOW = 16; // signals of one client that are under way
const WARM_MILLIS = 3_000;
const MEASURED_MILLIS = 5_000;
const PATIENCE_MILLIS = 60_000;
const JOINING_AT_ONCE = 32;
const here = fileURLToPath(new URL(".", import.meta.url));
const sleep = (millis) => new Promise((done) => setTimeout(done, millis));

/** A text frame of a client, with a mask of zeros: the receiver unmasks all the same. */
function frame(text) {
  const bytes = Buffer.from(text);
  const head = bytes.length < 126 ? Buffer.alloc(6) : Buffer.alloc(8);
  head[0] = 0x81;
  if (bytes.length < 126) {
    head[1] = 0x80 | bytes.length;
  } else {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(bytes.length, 2);
  }
  return Buffer.concat([head, bytes]);
}

const GET_PEERS = frame('{"type":"get-peers"}');

/** A client that counts frames of so many bytes and looks into no others. */
class Client {
  constructor(port, room, peer) {
    this.left = Buffer.alloc(0);
    this.onFrame = () => {};
    this.socket = connect({ host: "127.0.0.1", port, noDelay: true });
    this.opened = new Promise((done, failed) => {
      this.socket.on("error", failed);
      this.socket.on("close", () => failed(new Error("the connection was closed")));
      let head = "";
      const greeting = (data) => {
        head += data.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        this.socket.off("data", greeting);
        if (!head.startsWith("HTTP/1.1 101")) {
          failed(new Error(head.split("\r\n")[0]));
          return;
        }
        this.socket.on("data", (more) => this.read(more));
        done(this);
        this.read(Buffer.from(head.slice(end + 4), "latin1"));
      };
      this.socket.on("data", greeting);
    });
    this.opened.catch(() => {});
    this.socket.write(
      `GET /?clientId=${peer}&roomId=${room} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
  }

  read(data) {
    let bytes = this.left.length === 0 ? data : Buffer.concat([this.left, data]);
    let at = 0;
    while (bytes.length - at >= 4) {
      const short = bytes[at + 1] < 126;
      const length = short ? bytes[at + 1] : bytes.readUInt16BE(at + 2);
      const end = at + (short ? 2 : 4) + length;
      if (end > bytes.length) break;
      const head = bytes[at];
      at = end;
      if (head === 0x81) this.onFrame(length);
    }
    this.left = Buffer.from(bytes.subarray(at));
  }

  peers() {
    const answered = new Promise((done) => (this.onFrame = done));
    this.socket.write(GET_PEERS);
    return answered;
  }

  reset() {
    this.socket.resetAndDestroy();
  }
}

async function inTime(promise, what) {
  let timer;
  const late = new Promise((_, failed) => {
    timer = setTimeout(() => failed(new Error(`${what}: not within a minute`)), PATIENCE_MILLIS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

const generous = ["connectionsPerAddress=1000000", "handshakes=1000000", "connections=1000000",
  "rooms=1000000", "messagesPerSecond=100000", "messageBurst=1000000"];

async function start(kind) {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), "discovery-"));
  const command = kind === "relay"
    ? [process.execPath, join(here, "relay.mjs"), port, folder]
    : ["sh", launcher, "discovery", "--port", port, "--data", join(data, "d"),
      ...generous.flatMap((value) => ["--set", `org.chroniclesync.discovery.server:${value}`])];
  const child = spawn("taskset", ["-c", "0", ...command.map(String)], { stdio: "ignore" });
  const ended = new Promise((done) => child.on("exit", done));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  const deadline = Date.now() + PATIENCE_MILLIS;
  for (;;) {
    try {
      const first = await inTime(new Client(port, "first", "first").opened, "first connection");
      first.reset();
      return { port, pid: child.pid, stop };
    } catch (error) {
      if (child.exitCode !== null || Date.now() > deadline) {
        await stop();
        throw new Error(`${kind} does not start: ${error.message}`);
      }
      await sleep(100);
    }
  }
}

/** Pairs that always have WINDOW signals each on the way: messages a second. */
async function messages({ port }, pairs) {
  const clients = [];
  let received = 0;
  for (let pair = 0; pair < pairs; pair++) {
    for (const [peer, target] of [["a", "b"], ["b", "a"]]) {
      const client = await inTime(new Client(port, `room${pair}`, peer).opened, "join");
      // Its object is SIGNAL_BYTES long, so that every frame with one is longer.
      const signal = { type: "offer", sdp: "x".repeat(SIGNAL_BYTES - '{"type":"offer","sdp":""}'.length) };
      const text = frame(JSON.stringify({ type: "signal", targetId: target, signal }));
      client.onFrame = (length) => {
        if (length < SIGNAL_BYTES) return; // that the other one has joined
        received++;
        client.socket.write(text);
      };
      client.text = text;
      clients.push(client);
    }
  }
  for (const client of clients) client.socket.write(Buffer.concat(Array(WINDOW).fill(client.text)));
  await sleep(WARM_MILLIS);
  const before = received;
  const began = performance.now();
  await sleep(MEASURED_MILLIS);
  const rate = ((received - before) * 1000) / (performance.now() - began);
  clients.forEach((client) => client.reset());
  if (rate === 0) throw new Error("no signal has arrived");
  return Math.round(rate);
}

/** Clients that join, ask for the peers and go: joins a second. */
async function joins({ port }) {
  let joined = 0;
  let next = 0;
  let over = false;
  const one = async () => {
    while (!over) {
      const id = next++;
      const client = await new Client(port, `joining${id}`, "a").opened;
      await client.peers();
      client.reset();
      joined++;
    }
  };
  const all = Promise.all(Array.from({ length: JOINING_AT_ONCE }, one));
  await inTime(Promise.race([all, sleep(WARM_MILLIS)]), "joins");
  const before = joined;
  const began = performance.now();
  await Promise.race([all, sleep(MEASURED_MILLIS)]);
  const rate = ((joined - before) * 1000) / (performance.now() - began);
  over = true;
  await inTime(all, "joins");
  return Math.round(rate);
}

const residentKiB = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))[1]);

/** What a connection adds to the resident memory of a process that has just started. */
async function idle({ port, pid }, connections) {
  const clients = [];
  const before = residentKiB(pid);
  while (clients.length < connections) {
    const some = Array.from({ length: Math.min(50, connections - clients.length) }, (_, i) =>
      new Client(port, `idle${(clients.length + i) >> 1}`, `p${i}`).opened);
    clients.push(...(await inTime(Promise.all(some), "idle connections")));
  }
  await Promise.all(clients.slice(-1).map((client) => inTime(client.peers(), "peers")));
  const kib = (residentKiB(pid) - before) / connections;
  clients.forEach((client) => client.reset());
  return Math.round(kib * 10) / 10;
}

const kinds = folder === "none" ? ["service"] : ["service", "relay"];
const rows = new Map();

async function measure(name, what) {
  for (const kind of kinds) {
    const server = await start(kind);
    try {
      const values = rows.get(name) ?? { service: [], relay: [] };
      values[kind].push(await what(server));
      rows.set(name, values);
    } finally {
      await server.stop();
    }
  }
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

for (let round = 0; round < Number(rounds); round++) {
  for (const pairs of [2, 20, 200]) {
    await measure(`messages/s, ${pairs} pairs`, (server) => messages(server, pairs));
  }
  await measure("joins/s", joins);
  await measure(`KiB a connection, ${idleConnections} idle`, (server) => idle(server, Number(idleConnections)));
}
console.log("".padEnd(34), "service".padStart(10), "relay".padStart(10), "ratio".padStart(8));
for (const [name, { service, relay }] of rows) {
  const [ours, bare] = [median(service), relay.length === 0 ? undefined : median(relay)];
  const ratio = bare === undefined ? "" : (ours / bare).toFixed(2);
  console.log(name.padEnd(34), String(ours).padStart(10), String(bare ?? "").padStart(10), ratio.padStart(8));
}
