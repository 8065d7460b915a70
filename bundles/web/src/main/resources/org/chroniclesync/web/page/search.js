// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// Search: the field that stands on top of every page, and the pages that were found.

import { html, useEffect, useMemo, useRef, useState } from './lib/htm-preact.js';
import { t } from './strings.js';
import { clean, moment, number, readable, titleOf, zone } from './format.js';
import { actOnNewest, Button, count, DeviceMark, Empty, focusedIn, Icon, Marked, nameOf, Outward, placesOf, Problem, sayProblem, Tile, useKeys, wordsOf } from './pieces.js';
import { get, path, useData, useEvent } from './api.js';
import { go } from './router.js';
import { Panel } from './visit.js';
import { erase, neverKeep } from './deletion.js';

const OPERATOR = /(^|\s)(-?(site|device|browser|title|url|after|before):("[^"]*"|\S+))/gi;
const NAMES = ['site', 'device', 'browser', 'title', 'url', 'after', 'before'];

const operatorsOf = (text) => [...text.matchAll(OPERATOR)].map((found) => ({ text: found[2], name: found[3].toLowerCase(), no: found[2].startsWith('-') }));

const without = (text, part) => text.replace(part, ' ').replace(/\s+/g, ' ').trim();

/** What the word under way could become. Names of operators are known here; hosts and words the node knows. */
function own(text) {
  const word = text.split(/\s/).at(-1).toLowerCase();
  const bare = word.replace(/^-/, '');
  if (bare.length < 2 || bare.includes(':')) return [];
  return NAMES.filter((name) => name.startsWith(bare)).map((name) => ({
    kind: 'operator', text: `${name}:`, insert: `${text.slice(0, text.length - bare.length)}${name}:`, about: t(`operator.${name}`),
  }));
}

/** After the last key, in milliseconds: who goes on typing waits for results, and suggestions would be in their way. */
const SUGGESTING = 150;

export function SearchField({ route }) {
  const field = useRef(null);
  const [text, setText] = useState(route.name === 'search' ? (route.query.q ?? '') : '');
  const [offered, offer] = useState([]);
  const [picked, pick] = useState(-1);
  const [focused, focus] = useState(false);
  const asked = useRef(null);
  const timer = useRef(null);

  useEffect(() => {
    const query = route.name === 'search' ? (route.query.q ?? '') : '';
    if (query !== text && !(document.activeElement === field.current && route.name === 'search')) setText(query);
  }, [route]);
  useKeys({
    '/': () => {
      field.current.focus();
      field.current.select();
    },
  });

  const suggest = (value) => {
    const mine = own(value);
    offer(mine);
    pick(-1);
    asked.current?.abort();
    clearTimeout(timer.current);
    if (value.trim().length < 2) return;
    timer.current = setTimeout(() => {
      asked.current = new AbortController();
      get(path('suggest', { q: value, zone }), { signal: asked.current.signal }).then(
        (data) => {
          const theirs = (data.suggestions ?? []).map((one) => ({ ...one, insert: value.slice(0, one.start) + one.text + value.slice(one.end) }));
          offer([...mine, ...theirs.filter((one) => !mine.some((other) => other.insert === one.insert))].slice(0, 8));
        },
        () => {},
      );
    }, SUGGESTING);
  };
  /** Suggestions that are still to come would cover the results. */
  const hush = () => {
    clearTimeout(timer.current);
    asked.current?.abort();
    offer([]);
  };
  const search = (value, step = false) => {
    const query = { q: value };
    if (step || route.name !== 'search') go.to('search', query);
    else go.replace('search', query);
  };
  const typed = (value) => {
    setText(value);
    suggest(value);
    if (value.trim()) search(value);
    else if (route.name === 'search') go.replace('search', {});
  };
  const take = (suggestion) => {
    const value = suggestion.insert ?? suggestion.text;
    setText(value);
    field.current.focus();
    if (value.endsWith(':')) suggest(value);
    else hush();
    pick(-1);
    search(value);
  };
  const open = focused && offered.length > 0;
  const key = (event) => {
    if (open && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      pick((now) => (now + (event.key === 'ArrowDown' ? 2 : offered.length + 1)) % (offered.length + 1) - 1);
    } else if (open && picked >= 0 && (event.key === 'Enter' || event.key === 'Tab')) {
      event.preventDefault();
      take(offered[picked]);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      hush();
      if (text.trim()) {
        search(text);
        document.querySelector('.result .title')?.focus();
      }
    } else if (event.key === 'Escape') {
      hush();
      if (!open && text) typed('');
      else if (!open) field.current.blur();
      event.preventDefault();
    } else if (event.key === 'ArrowDown') {
      document.querySelector('.result .title')?.focus();
    }
  };
  const chips = operatorsOf(text);
  return html`<div class="search" role="search">
    <div class="search-box"><${Icon} name="search" />
      <input ref=${field} type="search" role="combobox" aria-expanded=${open} aria-controls="suggestions" aria-autocomplete="list"
        aria-activedescendant=${picked >= 0 ? `suggestion-${picked}` : null} aria-label=${t('search.label')} placeholder=${t('search.placeholder')}
        autocomplete="off" autocapitalize="off" spellcheck=${false} maxlength="1000" value=${text} enterkeyhint="search"
        onInput=${(event) => typed(event.target.value)} onKeyDown=${key} onFocus=${() => focus(true)} onBlur=${() => setTimeout(() => focus(false), 150)} />
      <kbd aria-hidden="true">/</kbd></div>
    <ul id="suggestions" role="listbox" aria-label=${t('search.suggestions')} class="suggestions" hidden=${!open}>
      ${offered.map((one, i) => html`<li key=${one.insert + i} id=${`suggestion-${i}`} role="option" aria-selected=${i === picked} onMouseDown=${(event) => {
        event.preventDefault();
        take(one);
      }}><span class="cut"><bdi>${clean(one.text, 120)}</bdi></span> <span class="muted cut">${one.about ? clean(one.about, 160) : known(one)}</span></li>`)}
    </ul>
    ${chips.length > 0 && route.name === 'search' && html`<ul class="chips" aria-label=${t('search.conditions')}>${chips.map((chip) => html`<li key=${chip.text}>
      <button type="button" class="chip" aria-label=${t('search.without', { what: chip.text })} onClick=${() => typed(without(text, chip.text))}>
        <bdi>${clean(chip.text, 80)}</bdi><${Icon} name="close" /></button></li>`)}</ul>`}
  </div>`;
}

const known = (one) => (one.kind === 'word' ? t('suggest.word') : '');

/** The newest visit of a page that was found. */
async function newestOf(page) {
  const data = await get(path('timeline', { host: page.host, before: new Date(Date.parse(page.last) + 1).toISOString(), limit: 50 }));
  const visit = data.visits.find((one) => one.url === page.url);
  if (!visit) throw new Error(t('search.notThere'));
  return visit.id;
}

/** After the last key: a question that is not answered by then is given up for the newest, in milliseconds. */
const PATIENCE = 300;

/**
 * The results of a question. Those of the question before stay until the new ones are there. One question at a time:
 * the newest is asked at once, or when the one before is answered.
 */
function useResults(q) {
  const [state, set] = useState({ q: null, pages: [], next: null, unknown: [], problem: null, more: false });
  const asked = useRef(null);
  const wanted = useRef(q);
  const ask = async (q, cursor) => {
    const asking = new AbortController();
    asked.current = asking;
    const answered = await get(path('search', { q, limit: 40, cursor, zone }), { signal: asking.signal }).then(
      (data) => (before) => ({
        q, pages: cursor ? [...before.pages, ...data.hits] : data.hits, next: data.cursor ?? null, unknown: data.unknownWords ?? [], problem: null, more: false,
      }),
      (problem) => (before) => ({ ...before, problem, more: false }),
    );
    if (asked.current !== asking) return;
    asked.current = null;
    set(answered);
    if (wanted.current !== q) load();
  };
  const stop = () => {
    asked.current?.abort();
    asked.current = null;
  };
  const load = (cursor = null) => {
    stop();
    if (wanted.current) ask(wanted.current, cursor);
    else set({ q: '', pages: [], next: null, unknown: [], problem: null, more: false });
  };
  useEffect(() => {
    wanted.current = q;
    const asking = asked.current;
    if (!asking || !q) {
      load();
      return;
    }
    const timer = setTimeout(() => asked.current === asking && load(), PATIENCE);
    return () => clearTimeout(timer);
  }, [q]);
  useEffect(() => stop, []);
  const more = () => {
    if (!state.next || state.more) return;
    set((before) => ({ ...before, more: true }));
    load(state.next);
  };
  return { ...state, more, load };
}

export function Search({ query }) {
  const q = (query.q ?? '').trim();
  const results = useResults(q);
  const [gone, setGone] = useState(new Set());
  const [open, setOpen] = useState(null);
  const [index, setIndex] = useState(-1);
  const pages = useMemo(() => results.pages.filter((page) => !gone.has(page.url)), [results.pages, gone]);
  const words = useMemo(() => wordsOf(results.q ?? ''), [results.q]);
  useEvent('back', () => results.load(), [q]);
  useEffect(() => {
    setIndex(-1);
    setOpen(null);
  }, [q]);

  const here = () => (/^\d+$/.test(focusedIn('result-') ?? '') ? Number(focusedIn('result-')) : index);
  const move = (step) => {
    const to = Math.max(0, Math.min(pages.length - 1, here() + step));
    setIndex(to);
    requestAnimationFrame(() => document.getElementById(`result-${to}`)?.focus());
    if (to > pages.length - 8) results.more();
  };
  const take = (page) => {
    const gone = () => setGone((before) => new Set([...before, page.url]));
    return erase({ page: page.url }, { gone, back: () => setGone((before) => new Set([...before].filter((url) => url !== page.url))) });
  };
  const never = (page) => {
    const urls = pages.filter((one) => one.host === page.host).map((one) => one.url);
    return neverKeep(page.host, () => setGone((before) => new Set([...before, ...urls])), () => setGone((before) => new Set([...before].filter((url) => !urls.includes(url)))));
  };
  const openAt = (i) => {
    setIndex(i);
    const page = pages[i];
    if (!page) return;
    newestOf(page).then((id) => setOpen((now) => (now === id ? null : id)), sayProblem);
  };
  useKeys(
    {
      j: () => move(1), k: () => move(-1),
      ArrowDown: () => (here() >= 0 ? move(1) : false), ArrowUp: () => (here() >= 0 ? move(-1) : false),
      Enter: () => (/^\d+$/.test(focusedIn('result-') ?? '') ? openAt(here()) : false),
      o: () => (pages[here()] ? document.getElementById(`result-open-${here()}`)?.click() : false),
      x: () => (pages[here()] ? void take(pages[here()]) : false),
      u: () => actOnNewest(),
      Escape: () => (open ? setOpen(null) : false),
    },
    [pages, index, open],
  );
  const spelled = (word, near) => q.split(/(\s+)/).map((part) => (wordsOf(part).includes(word) ? part.replace(/[\p{L}\p{N}\p{M}]+/u, near) : part)).join('');

  return html`<div class="timeline ${open ? 'with-panel' : ''}"><div class="timeline-main scroller">
    <h1 class="hidden">${t('search.label')}</h1>
    <${Problem} problem=${results.problem} again=${() => results.load()} />
    ${!q && html`<${Hints} />`}
    ${q && results.q !== null && results.q !== '' && pages.length === 0 && !results.problem && html`<${Nothing} unknown=${results.unknown} spelled=${spelled} />`}
    <div role="status" class="hidden">${q && results.q === q ? count('search.found', pages.length) : ''}</div>
    ${pages.length > 0 && q && html`<ul class="results" aria-label=${t('search.results')}>${pages.map((page, i) => html`<li class="result ${i === index ? 'current' : ''}" key=${page.url}>
      <${Tile} host=${page.host} />
      <div class="result-text">
        <button type="button" class="title" id=${`result-${i}`} onFocus=${() => setIndex(i)} onClick=${() => openAt(i)}>
          <${Marked} text=${titleOf(page, 300)} matches=${placesOf(words, titleOf(page, 300))} most=${300} /></button>
        <p class="address-line cut"><bdi dir="ltr">${readable(page.url, 160)}</bdi></p>
        ${page.snippet?.text && !clean(page.title).includes(clean(page.snippet.text, 60).slice(0, 40)) && html`<p class="snippet"><${Marked} text=${page.snippet.text} matches=${page.snippet.marks} /></p>`}
        <p class="muted numbers">${t('search.last', { when: moment(page.last), device: nameOf(page.devices?.[0]) })} · ${count('visits', page.visits)}
          ${page.devices?.length > 1 && html` · ${t('search.also')} ${page.devices.slice(1, 5).map((device) => html`<${DeviceMark} key=${device.id} device=${device} />`)}`}</p>
      </div>
      <span class="actions">
        <${Outward} url=${page.url} id=${`result-open-${i}`} class="button icon-only quiet" aria-label=${t('visit.open')} title=${t('visit.open')}><${Icon} name="open" /><//>
        <${Button} icon="bin" iconOnly kind="quiet" label=${t('visit.deleteAll', { n: page.visits })} onClick=${() => take(page)} />
        ${page.host && html`<${Button} icon="never" iconOnly kind="quiet" label=${t('visit.never')} onClick=${() => never(page)} />`}
      </span></li>`)}</ul>
      ${results.next ? html`<div class="buttons center"><${Button} label=${t('search.more')} onClick=${results.more} /></div>` : html`<p class="end muted">${t('search.all', { n: pages.length })}</p>`}`}
  </div>
  ${open && html`<${Panel} key=${open} id=${open} onClose=${() => setOpen(null)} onOpen=${setOpen} onGone=${() => {
    setOpen(null);
    results.load();
  }} onBack=${() => results.load()} />`}</div>`;
}

function Nothing({ unknown, spelled }) {
  return html`<${Empty} title=${t('search.nothing')} text=${unknown.length === 0 ? t('search.nothingText') : null}>
    ${unknown.map(({ word, near }) => html`<p key=${word}>${t('search.nowhere', { word: clean(word, 60) })}
      ${near && html` <a class="button" href=${go.path('search', { q: spelled(word, near) })}>${t('search.near', { near: clean(near, 60) })}</a>`}</p>`)}
  <//>`;
}

function Hints() {
  const { data } = useData('devices');
  return html`<section class="hints"><h2>${t('search.hints')}</h2><dl class="pairs">
    ${NAMES.map((name) => html`<dt key=${name}><a href=${go.path('search', { q: t(`example.${name}`) })}><code>${t(`example.${name}`)}</code></a></dt><dd>${t(`operator.${name}`)}</dd>`)}
    <dt><code>-${t('example.word')}</code></dt><dd>${t('operator.not')}</dd><dt><code>"${t('example.phrase')}"</code></dt><dd>${t('operator.phrase')}</dd></dl>
    ${data?.profiles?.length > 0 && html`<p class="muted">${t('search.devices', { names: data.profiles.slice(0, 6).map(nameOf).join(', ') })}</p>`}
    <p class="muted numbers">${data ? t('search.in', { count: number((data.profiles ?? []).reduce((sum, one) => sum + (one.visits ?? 0), 0)) }) : ''}</p></section>`;
}
