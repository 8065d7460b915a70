// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// The small things that all pages are made of.

import { html, useEffect, useRef, useState } from './lib/htm-preact.js';
import { known, t } from './strings.js';
import { clean, hostOf, href, number, readable } from './format.js';

// Outlines on a grid of 24, drawn for this page.
const SHAPES = {
  timeline: 'M5 4v16M5 7h5M5 12h9M5 17h7M14 7h5',
  insights: 'M4 20h16M6.5 16v-5M12 16V5M17.5 16V9',
  devices: 'M3 5h12v9H3zM7 18h5M17 9h4v10h-4z',
  rules: 'M4 6h10M18 6h2M16 4v4M4 12h3M11 12h9M9 10v4M4 18h8M16 18h4M14 16v4',
  imports: 'M12 4v10M8 10.5l4 4 4-4M4 17v3h16v-3',
  parts: 'M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  search: 'M10.5 4.5a6 6 0 100 12 6 6 0 000-12zM15 15l5 5',
  close: 'M6 6l12 12M18 6L6 18',
  open: 'M13 5h6v6M19 5l-9 9M10 6H5v13h13v-5',
  way: 'M6 5v4a4 4 0 004 4h8M14 9l4 4-4 4',
  bin: 'M4 7h16M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5M10.5 11v5M13.5 11v5',
  never: 'M12 4a8 8 0 100 16 8 8 0 000-16zM6.5 6.5l11 11',
  undo: 'M8 5L4 9l4 4M4 9h10a5.5 5.5 0 010 11H9',
  newer: 'M12 19V5M6 11l6-6 6 6',
  filter: 'M4 6h16M7 12h10M10 18h4',
  pair: 'M9 8H7a4 4 0 000 8h2M15 8h2a4 4 0 010 8h-2M8.5 12h7',
  warning: 'M12 4.5L2.8 20h18.4zM12 10v5M12 17.6v.01',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z',
  sync: 'M20 6v5h-5M4 18v-5h5M19 11a7.5 7.5 0 00-13.5-3.5M5 13a7.5 7.5 0 0013.5 3.5',
  pause: 'M8 5v14M16 5v14',
  swap: 'M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4',
  play: 'M7 5l12 7-12 7z',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
  phone: 'M8 3.5h8v17H8zM11 17.5h2',
  camera: 'M4 8h3.5l1.5-2.5h6L16.5 8H20v11H4zM12 10a3.2 3.2 0 100 6.4 3.2 3.2 0 000-6.4z',
  help: 'M12 4a8 8 0 100 16 8 8 0 000-16zM9.6 9.6a2.5 2.5 0 114 2c-.9.6-1.6 1-1.6 2.1M12 16.6v.01',
};

export const Icon = ({ name }) => html`
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${SHAPES[name]} /></svg>
`;

/** A text of a visit: cut, and apart from what is around it whatever its direction. */
export const Foreign = ({ text, most }) => html`<bdi dir="auto">${clean(text, most)}</bdi>`;

export function Tile({ host }) {
  const name = (host || '?').replace(/^www\./, '');
  let hue = 0;
  for (const char of name.slice(0, 120)) hue = (hue * 31 + char.codePointAt(0)) % 360;
  const letter = [...name].find((char) => /[\p{L}\p{N}]/u.test(char)) ?? '?';
  return html`<span class="tile" aria-hidden="true" style=${{ backgroundColor: `hsl(${hue} 32% 32%)` }}>
    ${letter.toUpperCase()}
  </span>`;
}

/** Okabe and Ito's colours, in an order in which neighbours differ most. */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#8c8c8c', '#b8a000'];
const PLACES = 'device-places';
const MOST_PLACES = 256;
const places = new Map(keptPlaces().map((id, place) => [id, place]));

function keptPlaces() {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACES) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string').slice(0, MOST_PLACES) : [];
  } catch {
    return [];
  }
}

/** A device keeps its colour on each page and at each visit, whichever is seen first. */
export function colourOf(id) {
  if (!places.has(id)) {
    places.set(id, places.size);
    try {
      localStorage.setItem(PLACES, JSON.stringify([...places.keys()].slice(0, MOST_PLACES)));
    } catch {
      // A browser that keeps nothing draws them anew.
    }
  }
  return COLOURS[places.get(id) % COLOURS.length];
}

// The labels that tell all devices apart. What comes with a visit may be the same for two of them.
const labels = new Map();

export function learnLabels(profiles) {
  for (const { id, label } of profiles) {
    labels.set(id, label);
    colourOf(id);
  }
}

export function nameOf(device) {
  const label = labels.get(device?.id) ?? device?.label ?? device?.name;
  // A name that is an id says nothing, and is long.
  return (label === device?.id ? '' : clean(label, 60)) || clean(device?.id, 12) || t('device.unnamed');
}

export const DeviceMark = ({ device }) => html`
  <span class="device">
    <span class="dot" aria-hidden="true" style=${{ backgroundColor: colourOf(device?.id ?? '') }}></span>
    <bdi class="device-name">${nameOf(device)}</bdi>
  </span>
`;

/** A link to a page of the web, or only its text if it is none that is safe to follow. */
export function Outward({ url, children, ...rest }) {
  const target = href(url);
  return target === null
    ? html`<span ...${rest}>${children}</span>`
    : html`<a href=${target} rel="noreferrer noopener" target="_blank" ...${rest}>${children}</a>`;
}

export const Button = ({ icon, label, kind = '', iconOnly = false, children, ...rest }) => html`
  <button type="button" class="button ${kind} ${iconOnly ? 'icon-only' : ''}" aria-label=${iconOnly ? label : null}
    title=${iconOnly ? label : null} ...${rest}>
    ${icon && html`<${Icon} name=${icon} />`}${!iconOnly && html`<span>${label ?? children}</span>`}
  </button>
`;

/** Why a part is not well and what to do, in the language of the page where the node has no other words for it. */
export function troubleOf(part) {
  const key = `missing.${part.kind}`;
  return part.state === 'missing' && part.name === '' && known(key)
    ? { cause: t(key), remedy: t(`${key}.do`) }
    : { cause: clean(part.cause, 1000), remedy: clean(part.remedy, 1000), lang: 'en' };
}

export const Trouble = ({ part, children }) => {
  const { cause, remedy, lang } = troubleOf(part);
  return html`<div class="notice ${part.state === 'degraded' ? '' : 'trouble'}"><${Icon} name="warning" />
    <div><p>${children}<span lang=${lang}>${cause}</span></p><p class="muted" lang=${lang}>${remedy}</p></div></div>`;
};

/** What happened, why, and what to do. */
export function Problem({ problem, again }) {
  if (!problem) return null;
  return html`<div class="notice trouble" role="alert">
    <${Icon} name="warning" />
    <div><p>${clean(problem.message, 1000)}</p>${problem.remedy && html`<p class="muted">${clean(problem.remedy, 1000)}</p>`}</div>
    ${again && html`<${Button} label=${t('again')} onClick=${again} />`}
  </div>`;
}

/** While the node has not answered. It is seen only if that takes long. */
export const Waiting = ({ when }) => when && html`<p class="muted waiting">${t('waiting')}</p>`;

export const Empty = ({ title, text, children }) => html`
  <div class="empty"><h2>${title}</h2>${text && html`<p>${text}</p>`}${children && html`<div class="buttons">${children}</div>`}</div>
`;

export function Progress({ label, done, total, text }) {
  const known = total > 0;
  return html`<div class="progress">
    <progress aria-label=${label} max=${known ? total : null} value=${known ? Math.min(done, total) : null}></progress>
    <p class="muted numbers">${text}</p>
  </div>`;
}

/** A dialog over all else. Escape and the buttons close it. */
export function Dialog({ title, onClose, children, wide = false }) {
  const element = useRef(null);
  useEffect(() => element.current.showModal(), []);
  return html`<dialog ref=${element} class=${wide ? 'wide' : ''} aria-labelledby="dialog-title"
    onCancel=${(event) => {
      event.preventDefault();
      onClose();
    }}
    onClick=${(event) => event.target === element.current && onClose()}>
    <div class="dialog-body">
      <header><h2 id="dialog-title">${title}</h2>
        <${Button} icon="close" iconOnly label=${t('close')} onClick=${onClose} /></header>
      ${children}
    </div>
  </dialog>`;
}

// One dialog at a time, asked for from anywhere. It is made by a function of what closes it.
const asked = { make: null, draw: () => {} };

export function ask(make) {
  asked.make = make;
  asked.draw();
}

export function Asked() {
  const [, again] = useState(0);
  asked.draw = () => again((n) => n + 1);
  return asked.make && asked.make(() => ask(null));
}

// What is said at the bottom of the page for a while, with one thing to do about it.
const said = { list: [], draw: () => {} };
let next = 1;

export function say(text, action = null, seconds = 10) {
  const saying = { key: next++, text, action };
  said.list = [...said.list.slice(-2), saying];
  said.draw();
  setTimeout(() => hush(saying), seconds * 1000);
  return () => hush(saying);
}

function hush(saying) {
  said.list = said.list.filter((other) => other !== saying);
  said.draw();
}

/** Does what the newest saying offers, if it offers anything. */
export function actOnNewest() {
  const newest = said.list.findLast((saying) => saying.action);
  if (!newest) return false;
  hush(newest);
  newest.action.act();
  return true;
}

export function Sayings() {
  const [, again] = useState(0);
  said.draw = () => again((n) => n + 1);
  return html`<div class="sayings" role="status" aria-live="polite">
    ${said.list.map(
      (saying) => html`<div class="saying" key=${saying.key}><span>${saying.text}</span>
        ${saying.action && html`<button type="button" class="button" onClick=${() => {
          hush(saying);
          saying.action.act();
        }}>${saying.action.label}</button>`}
        <${Button} icon="close" iconOnly kind="quiet" label=${t('close')} onClick=${() => hush(saying)} /></div>`,
    )}
  </div>`;
}

export const sayProblem = (problem) =>
  problem.name === 'AbortError' || say([problem.message, problem.remedy].filter(Boolean).join(' '), null, 15);

/** Words found, marked. The places come from the node; what lies outside of the text is left out. */
export function Marked({ text, matches = [], most = 400 }) {
  const shown = String(text ?? '').slice(0, most);
  const parts = [];
  let at = 0;
  for (const { start, end } of matches) {
    if (start < at || end > shown.length || end <= start) continue;
    parts.push(shown.slice(at, start), html`<mark>${clean(shown.slice(start, end), most)}</mark>`);
    at = end;
  }
  parts.push(shown.slice(at));
  return html`<bdi dir="auto">${parts.map((part) => (typeof part === 'string' ? part.replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, '') : part))}</bdi>`;
}

const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Where words begin in a text, for titles, of which the node gives no places. */
export function placesOf(words, text) {
  const places = [];
  for (const word of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    const found = words.find((asked) => folded(word[0]).startsWith(asked));
    if (found) places.push({ start: word.index, end: word.index + word[0].length });
  }
  return places;
}

export const wordsOf = (text) =>
  [...String(text).replace(/(^|\s)-\S+/g, ' ').replace(/\b(site|device|browser|after|before):("[^"]*"|\S+)/gi, ' ')
    .replace(/\b(title|url):/gi, ' ').matchAll(/[\p{L}\p{N}\p{M}]+/gu)].map((word) => folded(word[0]));

/** 24 hours as bars. The numbers stand beside it, so it is a picture only. */
export function Spark({ hours }) {
  const most = Math.max(1, ...hours);
  return html`<svg class="spark" viewBox="0 0 96 16" aria-hidden="true" preserveAspectRatio="none">
    ${hours.map((count, hour) => count > 0 && html`<rect x=${hour * 4} width="3" y=${16 - Math.max(2, (count / most) * 16)} height=${Math.max(2, (count / most) * 16)} />`)}
  </svg>`;
}

export const VisitName = ({ visit, most }) => html`<bdi dir="auto">${clean(visit.title, most) || readable(visit.url, most) || t('visit.untitled')}</bdi>`;

export const HostName = ({ visit }) => html`<bdi dir="ltr">${hostOf(visit)}</bdi>`;

export const count = (key, n) => t(key, { n, count: number(n) });

/** Keys of the page that is shown. What is typed into a field is no key. */
export function useKeys(keys, inputs = []) {
  useEffect(() => {
    const pressed = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target.closest?.('input, textarea, select, [contenteditable]') || document.querySelector('dialog[open]')) return;
      const act = keys[event.key];
      if (act && act(event) !== false) event.preventDefault();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, inputs);
}

/** What of a list has the focus: the end of its id after a beginning, or null. */
export function focusedIn(beginning) {
  const id = document.activeElement?.id ?? '';
  return id.startsWith(beginning) ? id.slice(beginning.length) : null;
}

export function useMedia(query) {
  const [matches, match] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const change = () => match(list.matches);
    list.addEventListener('change', change);
    change();
    return () => list.removeEventListener('change', change);
  }, [query]);
  return matches;
}
