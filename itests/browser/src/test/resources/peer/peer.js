// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
//
// A client of version 1, written from its description with what a browser has and nothing else.
'use strict';

const text = new TextEncoder();
const hex = bytes => Array.from(new Uint8Array(bytes), b => b.toString(16).padStart(2, '0')).join('');
const unhex = string => Uint8Array.from(string.match(/../g) || [], pair => parseInt(pair, 16));
const base64 = bytes => btoa(Array.from(new Uint8Array(bytes), b => String.fromCharCode(b)).join(''));

async function account(mnemonic) {
  const digest = await crypto.subtle.digest('SHA-256', text.encode(mnemonic));
  const id = base64(digest).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const words = await crypto.subtle.importKey('raw', text.encode(mnemonic), 'PBKDF2', false, ['deriveKey']);
  const key = await crypto.subtle.deriveKey(
    {name: 'PBKDF2', salt: text.encode(id), iterations: 100000, hash: 'SHA-256'},
    words, {name: 'AES-GCM', length: 256}, false, ['encrypt', 'decrypt']);
  return {id, room: id.slice(0, 8), key};
}

// options: mnemonic, url, peerId, offers (true), glare ('yields' | 'ignores' | 'replaces'),
// ios (false), history ([])
class Peer {
  constructor(options) {
    Object.assign(this, {offers: true, glare: 'yields', ios: false, history: []}, options);
    this.links = new Map();       // by peer id: {pc, channel, offering}
    this.received = [];           // messages, opened
    this.entries = new Map();     // by visit id alone, as the extension has it
    this.opened = 0;
    this.errors = [];
  }

  async join() {
    this.account = await account(this.mnemonic);
    this.socket = new WebSocket(`${this.url}?clientId=${this.peerId}&roomId=${this.account.room}`);
    this.socket.onopen = () => this.tell({type: 'get-peers'});
    this.socket.onmessage = event => this.heard(JSON.parse(event.data)).catch(e => this.errors.push(String(e)));
  }

  tell(message) {
    const json = JSON.stringify(message);
    this.socket.send(this.ios ? text.encode(json) : json);
  }

  async heard(message) {
    if (message.type === 'peers') {
      for (const id of message.peers) if (id !== this.peerId) await this.meet(id);
    } else if (message.type === 'peer-joined') {
      await this.meet(message.peerId);
    } else if (message.type === 'peer-left') {
      this.links.delete(message.peerId);
    } else if (message.type === 'signal') {
      await this.signalled(message.peerId, message.signal);
    }
  }

  async meet(id) {
    if (!this.offers || this.links.has(id)) return;
    const link = this.connect(id);
    link.offering = true;
    this.watch(id, link, link.pc.createDataChannel('chroniclesync', {ordered: true}));
    await link.pc.setLocalDescription(await link.pc.createOffer());
    this.tell({type: 'signal', targetId: id, signal: {type: 'offer', sdp: link.pc.localDescription.sdp}});
  }

  connect(id) {
    const link = {pc: new RTCPeerConnection(), channel: null, offering: false};
    link.pc.onicecandidate = ({candidate}) => {
      if (candidate) this.tell({type: 'signal', targetId: id, signal: {type: 'candidate', candidate: {
        sdpMid: candidate.sdpMid, sdpMLineIndex: candidate.sdpMLineIndex, candidate: candidate.candidate}}});
    };
    link.pc.ondatachannel = event => this.watch(id, link, event.channel);
    this.links.set(id, link);
    return link;
  }

  async signalled(id, signal) {
    let link = this.links.get(id);
    if (signal.type === 'offer') {
      if (link && link.offering && this.glare === 'ignores') return;
      if (link && this.glare === 'replaces') { link.pc.close(); link = null; }
      if (!link) link = this.connect(id);
      link.offering = false;
      await link.pc.setRemoteDescription(signal);   // takes an offer of its own back by itself
      await link.pc.setLocalDescription(await link.pc.createAnswer());
      this.tell({type: 'signal', targetId: id, signal: {type: 'answer', sdp: link.pc.localDescription.sdp}});
    } else if (signal.type === 'answer') {
      if (link && link.pc.signalingState === 'have-local-offer') {
        link.offering = false;
        await link.pc.setRemoteDescription(signal);
      }
    } else if (signal.type === 'candidate' && link) {
      await link.pc.addIceCandidate(signal.candidate).catch(() => {});
    }
  }

  watch(id, link, channel) {
    channel.onopen = async () => {
      link.channel = channel;
      this.opened++;
      await this.send(channel, 'ping', {timestamp: this.now()});
      await this.send(channel, 'device', this.device());
      if (this.history.length) await this.send(channel, 'history', this.history);
    };
    channel.onmessage = event => this.took(channel, event.data).catch(e => this.errors.push(String(e)));
  }

  // An iOS client counts in seconds.
  now() { return this.ios ? Date.now() / 1000 : Date.now(); }

  device() {
    return {deviceId: this.peerId, platform: 'Linux x86_64', userAgent: navigator.userAgent,
      browserName: 'Chrome', browserVersion: '1'};
  }

  async seal(message) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({name: 'AES-GCM', iv}, this.account.key, text.encode(JSON.stringify(message)));
    const write = this.ios ? base64 : hex;
    return JSON.stringify({iv: write(iv), data: write(data)});
  }

  async send(channel, type, data) {
    channel.send(await this.seal({type, data, clientId: this.account.id, timestamp: this.now()}));
  }

  async sendAll(type, data) {
    for (const {channel} of this.links.values()) if (channel) await this.send(channel, type, data);
  }

  // A history message of one entry whose frame has exactly this many characters.
  async sendFrameOf(length, entry) {
    const frameOf = async filler => this.seal({type: 'history', data: filler.length ? [entry, ...filler] : [entry],
      clientId: this.account.id, timestamp: Date.now()});
    const filler = [];
    let frame = await frameOf(filler);
    while (length - frame.length > 4000) {
      filler.push({...entry, visitId: `${entry.visitId}-${filler.length}`, title: ''});
      const next = await frameOf(filler);
      if (next.length > length - 2000) { filler.pop(); break; }
      frame = next;
    }
    filler.push({...entry, visitId: `${entry.visitId}-last`, title: ''});
    frame = await frameOf(filler);
    filler[filler.length - 1].title = 'x'.repeat((length - frame.length) / 2);
    frame = await frameOf(filler);
    for (const {channel} of this.links.values()) if (channel) channel.send(frame);
    return {length: frame.length, entries: filler.length + 1};
  }

  async sendRaw(frame) {
    for (const {channel} of this.links.values()) if (channel) channel.send(frame);
  }

  async took(channel, frame) {
    const {iv, data} = JSON.parse(frame);
    const plain = await crypto.subtle.decrypt({name: 'AES-GCM', iv: unhex(iv)}, this.account.key, unhex(data));
    const message = JSON.parse(new TextDecoder().decode(plain));
    this.longest = Math.max(this.longest || 0, frame.length);
    this.received.push({type: message.type, clientId: message.clientId});
    if (message.type === 'ping') await this.send(channel, 'pong', {timestamp: message.data.timestamp});
    if (message.type === 'history') this.merge(message.data);
    if (message.type === 'sync-response') this.merge(message.data.history);
    // A sync-request stays unanswered, as in the extension.
  }

  merge(entries) {
    for (const entry of entries) {
      const held = this.entries.get(entry.visitId);
      if (!held || entry.lastModified > held.lastModified) this.entries.set(entry.visitId, entry);
    }
  }

  // --- Offer and answer carried by hand: read before any candidate is gathered, and none are sent.

  byHand() {
    const link = {pc: new RTCPeerConnection(), channel: null, offering: false};
    link.pc.ondatachannel = event => this.watch('by hand', link, event.channel);
    this.links.set('by hand', link);
    return link;
  }

  async offerByHand() {
    this.account = await account(this.mnemonic);
    const link = this.byHand();
    this.watch('by hand', link, link.pc.createDataChannel('chroniclesync', {ordered: true}));
    const offer = await link.pc.createOffer();
    await link.pc.setLocalDescription(offer);
    return JSON.stringify({type: 'offer', sdp: offer.sdp});
  }

  async acceptByHand(answer) {
    await this.links.get('by hand').pc.setRemoteDescription(JSON.parse(answer));
  }

  async answerByHand(offer) {
    this.account = await account(this.mnemonic);
    const link = this.byHand();
    const {type, sdp} = JSON.parse(offer);
    await link.pc.setRemoteDescription({type, sdp});
    const answer = await link.pc.createAnswer();
    await link.pc.setLocalDescription(answer);
    return JSON.stringify({type: 'answer', sdp: answer.sdp});
  }
}

window.visit = (device, id, title, more = {}) => ({
  url: `https://${device}.example/${id}`, title, visitTime: Date.now() - 1000.125, visitId: id,
  referringVisitId: '0', transition: 'link', deviceId: device, platform: 'Linux x86_64', userAgent: '',
  browserName: 'Chrome', browserVersion: '1', syncStatus: 'pending', lastModified: Date.now() - 1000, ...more});
