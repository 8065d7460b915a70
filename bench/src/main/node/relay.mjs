// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
//
// The least that speaks the protocol of a discovery service: no limits, no proofs, no goodbye. What it
// takes is what the protocol takes at best in this language. relay.mjs PORT FOLDER_OF_WS

import { createRequire } from "node:module";

const [port, folder] = process.argv.slice(2);
const { WebSocketServer } = createRequire(folder + "/")("ws");
const rooms = new Map();

function others(room, peer) {
  return [...room].filter(([id]) => id !== peer);
}

function answer(room, peer, socket, message) {
  if (message.type === "signal") {
    const text = JSON.stringify({ type: "signal", peerId: peer, signal: message.signal });
    room.get(message.targetId)?.send(text);
  } else if (message.type === "get-peers") {
    const peers = others(room, peer).map(([id]) => id);
    socket.send(JSON.stringify({ type: "peers", peers }));
  } else if (message.type === "ping") {
    socket.send('{"type":"pong"}');
  }
}

const server = new WebSocketServer({ host: "127.0.0.1", port: Number(port), perMessageDeflate: false });
server.on("connection", (socket, request) => {
  const query = new URL(request.url, "http://relay").searchParams;
  const id = query.get("roomId");
  const peer = query.get("clientId");
  const room = rooms.get(id) ?? new Map();
  rooms.set(id, room);
  room.set(peer, socket);
  const tell = (type) =>
    others(room, peer).forEach(([, other]) => other.send(JSON.stringify({ type, peerId: peer })));
  tell("peer-joined");
  socket.on("error", () => socket.terminate());
  socket.on("message", (data) => answer(room, peer, socket, JSON.parse(data)));
  socket.on("close", () => {
    room.delete(peer);
    tell("peer-left");
    if (room.size === 0) rooms.delete(id);
  });
});
