// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// The node, as the page sees it: requests, what changes, and whether it answers at all.

import { useEffect, useRef, useState } from './lib/htm-preact.js';
import { known, t } from './strings.js';
import { zone } from './format.js';

const BASE = '/api/v1/';

/** What was well and is not for less than this is on its way from one state to another, in milliseconds. */
const PASSING = 5000;

/** When what visits are still being counted for is asked again, in milliseconds. */
export const COUNTED_AGAIN = 3000;

/** A code has its texts here, in the language of the page; of another one there are the node's words. */
function said(problem, key, otherwise) {
  return known(key) ? t(key, { why: problem.detail, remedy: problem.remedy, ...problem.values }) : otherwise;
}

/** What the node said no to. The message is for a person; the remedy says what to do. */
export class Refusal extends Error {
  constructor(status, problem, retrySeconds = 0) {
    super(said(problem, `problem.${problem.code}`, problem.detail ?? problem.title ?? t('refusal.unknown', { status })));
    this.status = status;
    this.retrySeconds = retrySeconds;
    this.remedy = said(problem, `problem.${problem.code}.do`, problem.remedy ?? '');
    this.problem = problem;
  }
}

/** The node did not answer. */
export class Silence extends Error {
  constructor() {
    super(t('silence.cause'));
    this.remedy = t('silence.remedy');
  }
}

export function path(name, query = {}) {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') parameters.set(key, value);
  }
  const text = parameters.toString();
  return text ? `${name}?${text}` : name;
}

/** What first.js asked for before the modules were there. It is taken once, while it is new. */
function takeAhead(method, name) {
  const answer = method === 'GET' ? globalThis.ahead?.get(name) : undefined;
  if (answer) globalThis.ahead.delete(name);
  return answer;
}

async function send(method, name, { body, signal, raw } = {}) {
  let response;
  try {
    response = await (takeAhead(method, name) ?? fetch(BASE + name, {
      method,
      signal,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: {
        'X-ChronicleSync': localStorage.getItem('key') ?? 'none',
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': raw ? 'application/octet-stream' : 'application/json' }),
      },
      body: body === undefined || raw ? body : JSON.stringify(body),
    }));
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    node.silent();
    throw new Silence();
  }
  if (!response.ok) {
    const problem = (await response.json().catch(() => null)) ?? {};
    if (response.status === 401) node.lock(problem.way);
    throw new Refusal(response.status, problem, Number(response.headers.get('Retry-After')) || 0);
  }
  node.answered();
  const key = response.headers.get('X-ChronicleSync');
  if (key) localStorage.setItem('key', key);
  if (response.status === 204) return null;
  const type = response.headers.get('Content-Type') ?? '';
  return type.includes('json') ? response.json() : response.text();
}

export const get = (name, options) => send('GET', name, options);
export const post = (name, body = {}, options = {}) => send('POST', name, { ...options, body });
export const put = (name, body) => send('PUT', name, { body });
export const remove = (name) => send('DELETE', name);
export const upload = (name, file, signal) => send('POST', name, { body: file, raw: true, signal });

/** A work when it has ended, or when nobody waits for it any more. */
export async function ended(work, stopped = () => false, told = () => {}) {
  let now = work;
  while (now.state === 'running' && !stopped()) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    now = await get(`work/${now.id}`);
    if (now.state === 'running' && !stopped()) told(now);
  }
  return now;
}

export { zone };

/** The address of a file or stream, good once: a browser asks for these without a header. */
export async function once(name, query = {}) {
  const { ticket } = await post('tickets');
  return BASE + path(name, { ...query, ticket });
}

/**
 * The state of the connection and of the node. Listeners hear of an event by its name: "status", "visits", "work",
 * "deletion", "connection", and "back" when the node answers again.
 */
class NodeConnection {
  state = 'starting';
  status = null;
  /** How a browser is let in: "link" or "password". */
  way = 'link';
  /** Where this browser was let in: the "computer" itself, or the "house" around it. */
  place = 'computer';
  #listeners = new Map();
  #stream = null;
  #tabs = null;
  #end = () => {};
  #retry = null;
  /** Since when each part is in trouble. */
  #begun = new Map();
  #looked = null;

  on(event, listener) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(listener);
    return () => this.#listeners.get(event).delete(listener);
  }

  #tell(event, data) {
    for (const listener of this.#listeners.get(event) ?? []) listener(data);
  }

  #become(state) {
    if (this.state === state) return;
    const before = this.state;
    this.state = state;
    this.#tell('connection', state);
    if (state === 'here' && (before === 'gone' || before === 'locked')) this.#tell('back');
  }

  answered() {
    this.#become('here');
  }

  silent() {
    this.#become('gone');
    this.#later();
  }

  /** Another tab may open it again, so it is asked for as if the node were gone. */
  lock(way) {
    this.way = way ?? 'link';
    this.#become('locked');
    this.#later();
  }

  /** Asks for the state until the node answers, then listens. */
  async open() {
    try {
      const [status, session] = await Promise.all([get('status'), get('session')]);
      this.place = session.place;
      this.#take(status);
      this.#listen();
    } catch {
      this.#later();
    }
  }

  #take(status) {
    const parts = status.parts ?? [];
    const now = Date.now();
    const named = ({ kind, name }) => `${kind} ${name}`;
    const ill = parts.filter((part) => ['missing', 'failed', 'degraded'].includes(part.state));
    // What was so before the page looked lasts; what begins now may be a part that is swapped, or words that are renewed.
    this.#begun = new Map(ill.map((part) => [named(part), this.#begun.get(named(part)) ?? (this.status ? now : 0)]));
    const troubles = ill.filter((part) => now - this.#begun.get(named(part)) >= PASSING);
    this.status = {
      ...status,
      visits: status.store?.entries ?? 0,
      troubles,
      changing: troubles.length < ill.length,
      account: !troubles.some((part) => part.kind === 'identity' && part.state === 'missing'),
    };
    clearTimeout(this.#looked);
    if (this.status.changing) this.#looked = setTimeout(() => this.#take(status), PASSING);
    this.#tell('status', this.status);
  }

  #later() {
    globalThis.ahead?.clear();
    this.#end();
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.open();
    }, 1500);
  }

  /**
   * A browser keeps six connections to one place, so of several tabs only one listens to the node, and tells the
   * others. When it is closed, the next one listens.
   */
  #listen() {
    if (this.#tabs) return;
    this.#tabs = new BroadcastChannel('node');
    this.#tabs.onmessage = ({ data: [name, data] }) => this.#hear(name, data);
    const ended = new AbortController();
    const holding = new Promise((resolve) => {
      this.#end = () => {
        this.#end = () => {};
        ended.abort();
        resolve();
        this.#stream?.close();
        this.#stream = null;
        this.#tabs.close();
        this.#tabs = null;
      };
    });
    const listen = () => {
      this.#open(ended.signal);
      return holding;
    };
    // Only a secure origin has locks, which loopback is.
    if (navigator.locks) navigator.locks.request('events', { signal: ended.signal }, listen).catch(() => {});
    else listen();
  }

  #hear(name, data) {
    if (name === 'silence') this.#later();
    else if (name === 'status') {
      this.#take(data);
      this.#become('here');
    } else this.#tell(name, data);
  }

  async #open(ended) {
    let address;
    try {
      address = await once('events');
    } catch {
      if (!ended.aborted) this.#later();
      return;
    }
    if (ended.aborted) return;
    const stream = new EventSource(address);
    this.#stream = stream;
    for (const name of ['status', 'visits', 'work', 'deletion']) {
      stream.addEventListener(name, (event) => {
        try {
          const data = JSON.parse(event.data);
          this.#tabs?.postMessage([name, data]);
          this.#hear(name, data);
        } catch {
          // An event that cannot be read costs that event.
        }
      });
    }
    stream.onerror = () => {
      // The browser gives no reason. Asking for the state tells whether the node is gone.
      if (this.#stream !== stream) return;
      this.#tabs?.postMessage(['silence', null]);
      this.#later();
    };
  }
}

export const node = new NodeConnection();

export function useStatus() {
  const [, again] = useState(0);
  const { status, state } = node;
  useEffect(() => {
    const draw = () => again((n) => n + 1);
    const stops = [node.on('status', draw), node.on('connection', draw)];
    // What was told after the drawing, before this listened: an answer that was asked for ahead is there at once.
    if (node.status !== status || node.state !== state) draw();
    return () => stops.forEach((stop) => stop());
  }, []);
  return { status, connection: state };
}

export function useEvent(event, act, inputs = []) {
  useEffect(() => node.on(event, act), inputs);
}

/**
 * What the node says at a path. What was there stays while it is asked again: after an event of `events`, when the
 * node is back, by `reload`, and when the node says that it is still counting.
 */
export function useData(name, events = []) {
  const [held, hold] = useState({ name: null, data: null, problem: null });
  const asked = useRef({ name: null, asking: null, again: false });
  const reload = async () => {
    const mine = asked.current;
    if (name === null) return;
    // One question at a time: an answer that takes long is not thrown away because something changed meanwhile.
    if (mine.asking && mine.name === name) {
      mine.again = true;
      return;
    }
    mine.asking?.abort();
    const asking = new AbortController();
    Object.assign(mine, { name, asking, again: false });
    try {
      const data = await get(name, { signal: asking.signal });
      hold({ name, data, problem: null });
    } catch (problem) {
      if (problem.name !== 'AbortError') hold((before) => ({ ...before, problem }));
    }
    if (mine.asking !== asking) return;
    mine.asking = null;
    if (mine.again) reload();
  };
  useEffect(() => {
    reload();
    return () => {
      asked.current.asking?.abort();
      asked.current = { name: null, asking: null, again: false };
    };
  }, [name]);
  useEffect(() => {
    if (held.data?.current !== false) return undefined;
    const timer = setTimeout(reload, COUNTED_AGAIN);
    return () => clearTimeout(timer);
  }, [held.data]);
  useEffect(() => {
    let waiting = null;
    const soon = () => {
      waiting ??= setTimeout(() => {
        waiting = null;
        reload();
      }, 400);
    };
    const stops = ['back', ...events].map((event) => node.on(event, soon));
    return () => {
      clearTimeout(waiting);
      stops.forEach((stop) => stop());
    };
  }, [name]);
  return { ...held, waiting: held.data === null && held.problem === null, reload };
}
