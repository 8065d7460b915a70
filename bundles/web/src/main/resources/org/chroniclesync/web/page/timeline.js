// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// All visits of all devices by day and session. Pages of visits are taken as they are needed, in both directions, and
// those farthest from what is seen are let go, so that neither memory nor work grows with the history.

import { html, useCallback, useEffect, useMemo, useRef, useState } from './lib/htm-preact.js';
import { t } from './strings.js';
import { after, clean, dayName, dayOf, hostOf, millis, moment, number, startOf, time, zone } from './format.js';
import { actOnNewest, Button, count, DeviceMark, Empty, focusedIn, HostName, Icon, nameOf, Outward, Problem, Spark, Tile, useKeys, useMedia, VisitName } from './pieces.js';
import { COUNTED_AGAIN, get, node, path, useData, useEvent } from './api.js';
import { Virtual } from './virtual.js';
import { Panel } from './visit.js';
import { erase, neverKeep } from './deletion.js';
import { go } from './router.js';

const PAGE = 200;

/** What fills a screen or two. first.js asks for as many. */
const FIRST = 60;

// When changes are asked for, in milliseconds after the first of them.
const SOON = 700;
const LATE = 5000;

const MOST_PAGES = 16;
const SESSION_PAUSE = 30 * 60 * 1000;
const KINDS = ['link', 'typed', 'reload', 'form_submit', 'generated', 'auto_bookmark', 'keyword'];
const DELETED = 'deleted';

/** What was deleted has a list of its own: of it there is only when, and from which device. */
async function deletedPage({ device, cursor }) {
  const data = await get(path('tombstones', { device, cursor }));
  const visits = (data.deleted ?? []).map((one) => ({ id: `${one.at} ${one.device.id}`, deleted: true, ...one }));
  return { visits, older: data.older ?? null, newer: null, more: data.older != null };
}

/** The loaded stretch of the timeline. */
function useStretch(filters, from) {
  const [state, set] = useState({ pages: [], problem: null, begun: false });
  const held = useRef({ pages: [], busy: { older: false, newer: false }, turn: 0 });
  const query = JSON.stringify([filters, from]);

  const show = (pages, problem = null) => {
    held.current.pages = pages;
    set({ pages, problem, begun: true });
  };

  const load = async (more, { limit = PAGE, position } = {}) => {
    if (filters.kind === DELETED) return { asked: more, ...(await deletedPage({ ...filters, ...more })) };
    const data = await get(path('timeline', { limit, ...filters, ...more, position }));
    return { asked: more, visits: data.visits ?? [], older: data.older ?? null, newer: data.newer ?? null, more: data.lookedTo != null, lookedTo: data.lookedTo ?? null };
  };

  const start = async () => {
    const turn = ++held.current.turn;
    held.current.busy = { older: false, newer: false };
    try {
      const page = await load(from ? { before: from } : {}, { limit: FIRST });
      if (turn !== held.current.turn) return;
      if (!from) page.newer = null;
      show([page]);
    } catch (problem) {
      if (turn === held.current.turn) set((before) => ({ ...before, problem, begun: true }));
    }
  };

  const extend = async (direction) => {
    const { pages, busy, turn } = held.current;
    const edge = direction === 'older' ? pages.at(-1) : pages[0];
    if (busy[direction] || !edge?.[direction]) return;
    busy[direction] = true;
    try {
      const page = await load({ cursor: edge[direction] });
      if (turn !== held.current.turn) return;
      const all = held.current.pages;
      if (page.visits.length === 0) {
        // Nothing that meets the conditions in this stretch; there may be beyond it.
        edge[direction] = page.more ? page[direction] : null;
        edge.lookedTo = page.lookedTo;
        show([...all]);
      } else show(direction === 'older' ? [...all, page].slice(-MOST_PAGES) : [page, ...all].slice(0, MOST_PAGES));
    } catch (problem) {
      if (turn === held.current.turn) set((before) => ({ ...before, problem }));
    } finally {
      busy[direction] = false;
    }
  };

  /**
   * Takes what is new at the top, up to the position that the node told at least. If something was deleted or came
   * back, all of the first stretch is asked for again.
   */
  const refresh = async (whole, position) => {
    const { pages, turn } = held.current;
    if (pages.length === 0 || pages[0].newer !== null) return;
    try {
      const head = await load({}, { position });
      const end = pages[0].visits.length ? millis(pages[0].visits.at(-1).at) : Infinity;
      const reaches = () => head.visits.length > 0 && millis(head.visits.at(-1).at) <= end;
      for (let asked = 1; whole && asked < MOST_PAGES && head.older !== null && !reaches(); asked++) {
        const next = await load({ cursor: head.older });
        head.visits.push(...next.visits);
        head.older = next.older;
      }
      if (turn !== held.current.turn) return;
      const [first, ...rest] = held.current.pages;
      const last = head.visits.length ? millis(head.visits.at(-1).at) : -Infinity;
      const joined = first.visits.length === 0 || (head.visits.length && millis(first.visits[0].at) >= last);
      head.newer = null;
      if (whole || head.older === null) show([head, ...(head.older === null ? [] : rest)]);
      else if (!joined || (first.visits.length === 0 && rest.length === 0)) show([head]);
      else show([{ ...first, visits: [...head.visits, ...first.visits.filter((visit) => millis(visit.at) < last)], newer: null }, ...rest]);
    } catch {
      // It is asked again with the next change.
    }
  };

  /** Asks for the other stretches again, of which something was deleted or came back. */
  const again = async () => {
    const { turn } = held.current;
    const { pages } = held.current;
    // The first stretch was refreshed, unless newer ones are before it.
    for (const page of pages.slice(pages[0]?.newer === null ? 1 : 0)) {
      try {
        const now = await load(page.asked);
        if (turn !== held.current.turn) return;
        const last = page.visits.length ? millis(page.visits.at(-1).at) : Infinity;
        page.visits = now.visits.filter((visit) => millis(visit.at) >= last);
      } catch {
        return;
      }
    }
    if (turn === held.current.turn) show([...held.current.pages]);
  };

  useEffect(() => {
    start();
  }, [query]);
  return { ...state, start, extend, refresh, again };
}

/** Days, sessions and rows of visits that are newest first. */
function arrange(pages, gone, rowHeight) {
  const items = [];
  const known = new Set();
  let day = null;
  let last = Infinity;
  let pagesOfSession = new Map();
  for (const page of pages) {
    for (const visit of page.visits) {
      if (known.has(visit.id) || gone.has(visit.id)) continue;
      known.add(visit.id);
      const at = millis(visit.at);
      const on = dayOf(at);
      if (on !== day) {
        day = on;
        items.push({ kind: 'day', key: `day ${on}`, day: on, height: items.length === 0 ? 2.5 : 3.5 });
        pagesOfSession = new Map();
      } else if (last - at > SESSION_PAUSE) {
        items.push({ kind: 'pause', key: `pause ${visit.id}`, day: on, height: 1 });
        pagesOfSession = new Map();
      }
      last = at;
      const same = visit.url && pagesOfSession.get(visit.url);
      if (same) {
        same.times += 1;
        same.first = at;
        same.ids.push(visit.id);
      } else {
        const row = { kind: 'row', key: visit.id, visit, day: on, times: 1, first: at, ids: [visit.id], height: rowHeight };
        if (visit.url) pagesOfSession.set(visit.url, row);
        items.push(row);
      }
    }
  }
  return items;
}

/** Numbers of days, taken a month at a time as days are seen. */
function useDays(filters) {
  const [days, set] = useState(new Map());
  const asked = useRef(new Set());
  const timer = useRef(null);
  const key = JSON.stringify(filters);
  useEffect(() => {
    asked.current = new Set();
    set(new Map());
  }, [key]);
  const want = (day) => {
    const month = day.slice(0, 7);
    if (asked.current.has(month)) return;
    asked.current.add(month);
    const from = `${month}-01`;
    const next = startOf(from);
    next.setMonth(next.getMonth() + 1);
    const mine = asked.current;
    get(path('days', { from, to: after(dayOf(next.getTime()), -1), zone })).then(
      (data) => {
        if (mine !== asked.current) return;
        set((before) => new Map([...before, ...(data.days ?? []).map((one) => [one.day, one])]));
        if (!data.current) soon(day);
      },
      () => mine.delete(month),
    );
  };
  // Visits come faster than they are counted.
  const soon = (day) => {
    const mine = asked.current;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (mine !== asked.current) return;
      mine.delete(day.slice(0, 7));
      want(day);
    }, COUNTED_AGAIN);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  const see = (day) => {
    want(day);
    want(after(day, -7));
  };
  const again = (day) => {
    asked.current.clear();
    see(day);
  };
  return { days, see, again };
}

export function Timeline({ query }) {
  const filters = useMemo(
    () => Object.fromEntries((query.kind === DELETED ? ['device', 'kind'] : ['device', 'browser', 'host', 'kind']).filter((name) => query[name]).map((name) => [name, query[name]])),
    [query.device, query.browser, query.host, query.kind],
  );
  const ofDeleted = query.kind === DELETED;
  const from = query.day && !ofDeleted ? startOf(after(query.day, 1)).toISOString() : null;
  const narrow = useMedia('(max-width: 640px)');
  const coarse = useMedia('(pointer: coarse)');
  const rowHeight = narrow ? 3.5 : coarse ? 2.75 : 2.25;
  const [gone, setGone] = useState(new Set());
  const [open, setOpen] = useState(null);
  const [current, setCurrent] = useState(null);
  const [out, setOut] = useState(null);
  const top = useRef(null);
  const [day, setDay] = useState(null);
  const control = useRef(null);
  const stretch = useStretch(filters, from);
  const days = useDays(filters);
  const items = useMemo(() => arrange(stretch.pages, gone, rowHeight), [stretch.pages, gone, rowHeight]);

  const cameFrom = useMemo(() => [...new Set(items.map((item) => item.visit?.device?.id).filter(Boolean))].sort(), [items]);

  const last = stretch.pages.at(-1);
  const looking = items.length === 0 && Boolean(last?.older) && !stretch.problem;
  useEffect(() => {
    if (looking) stretch.extend('older');
  }, [looking, last?.older]);

  const timer = useRef(null);
  const deep = useRef(false);
  const told = useRef(null);
  const changed = (event) => {
    told.current = event?.position;
    deep.current ||= !event || event.deleted > 0;
    // One visit is seen soon. While thousands come, a list that moves all the time is of no use, and costs the node.
    // Pages that were told at once do not ask at once.
    const patience = Math.min(SOON + (event?.come ?? 0), LATE) * (1 + Math.random() / 2);
    timer.current ??= setTimeout(() => {
      timer.current = null;
      if (top.current) days.again(top.current.day);
      const whole = deep.current;
      deep.current = false;
      stretch.refresh(whole, told.current).then(() => whole && stretch.again());
    }, patience);
  };
  useEvent('visits', changed, [stretch.refresh]);
  useEvent('back', () => (stretch.pages.length ? changed() : stretch.start()), [stretch]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    control.current?.toTop();
    setCurrent(null);
  }, [JSON.stringify(filters), from]);
  useEffect(() => {
    if (day) days.see(day);
  }, [day, days.days]);

  const hide = useCallback((ids) => setGone((before) => new Set([...before, ...ids])), []);
  const bring = useCallback((ids) => setGone((before) => new Set([...before].filter((id) => !ids.includes(id)))), []);
  const idsOf = (test) => stretch.pages.flatMap((page) => page.visits.filter(test).map((visit) => visit.id));

  const restore = (ids) => {
    bring(ids);
    changed();
  };
  const take = (row) => {
    setOpen((now) => (row.ids.includes(now) ? null : now));
    const hidden = { gone: () => hide(row.ids), back: () => restore(row.ids) };
    return row.times === 1
      ? erase({ visit: row.visit.id }, { ...hidden, single: true })
      : erase({ page: row.visit.url, from: new Date(row.first).toISOString(), until: new Date(millis(row.visit.at) + 1).toISOString() }, hidden);
  };
  const never = (row) => neverKeep(hostOf(row.visit), () => {
    const hidden = idsOf((visit) => hostOf(visit) === hostOf(row.visit));
    hide(hidden);
    return hidden;
  }, restore);

  const here = () => {
    const key = focusedIn('row-') ?? current;
    return key === null ? -1 : items.findIndex((item) => item.key === key);
  };
  const rowHere = () => items[here()] ?? null;
  const move = (step) => {
    const from = here();
    let to = from < 0 ? Math.max(0, items.indexOf(top.current)) - (step > 0 ? 1 : 0) : from;
    do to += step;
    while (items[to] && items[to].kind !== 'row');
    if (!items[to]) return;
    setCurrent(items[to].key);
    control.current?.show(to, 70);
    requestAnimationFrame(() => document.getElementById(`row-${items[to].key}`)?.focus({ preventScroll: true }));
  };
  useKeys(
    {
      j: () => move(1),
      k: () => move(-1),
      ArrowDown: () => (rowHere() ? move(1) : false),
      ArrowUp: () => (rowHere() ? move(-1) : false),
      Enter: () => (focusedIn('row-') === null ? false : openRow(rowHere())),
      o: () => (rowHere() ? document.getElementById(`open-${rowHere().key}`)?.click() : false),
      x: () => {
        const row = rowHere();
        if (!row) return false;
        move(1);
        take(row);
        return true;
      },
      u: () => actOnNewest(),
      Escape: () => (open ? setOpen(null) : false),
    },
    [items, current, open],
  );

  const openRow = (row) => {
    setCurrent(row.key);
    setOpen((now) => (row.ids.includes(now) ? null : row.visit.id));
  };
  const seen = (item) => {
    top.current = item;
    setDay(item.day);
  };

  const dayHead = (day) => {
    const numbers = ofDeleted ? null : days.days.get(day);
    return html`<h2>${dayName(day, narrow)}</h2>
      <span class="muted numbers">${numbers ? count('visits', numbers.visits) : ''}</span>
      ${numbers?.hours && html`<${Spark} hours=${numbers.hours} />`}`;
  };
  const render = (item) => {
    if (item.kind === 'day') return html`<div class="day">${dayHead(item.day)}</div>`;
    if (item.kind === 'pause') return html`<div class="pause"></div>`;
    return html`<${Row} row=${item} narrow=${narrow} opened=${item.ids.includes(open)} current=${item.key === current}
      out=${item.key === out} onOut=${(yes) => setOut(yes ? item.key : null)}
      onOpen=${() => openRow(item)} take=${take} never=${never} onFocus=${() => setCurrent(item.key)} />`;
  };

  const filtered = Object.keys(filters).length > 0;
  return html`<div class="timeline ${open ? 'with-panel' : ''}">
    <h1 class="hidden">${t('nav.timeline')}</h1>
    <div class="timeline-main">
      <${Filters} query=${query} filters=${filters} cameFrom=${cameFrom} />
      ${ofDeleted && html`<p class="notice"><${Icon} name="bin" /><span>${t('timeline.deletedText')}</span></p>`}
      <${Beginning} />
      <${Problem} problem=${stretch.problem} again=${stretch.start} />
      <div class="list">
        ${day && items.length > 0 && html`<div class="day stuck" aria-hidden="true">${dayHead(day)}</div>`}
        ${!stretch.begun && html`<div class="skeleton" aria-hidden="true">${Array.from({ length: 14 }, () => html`<div></div>`)}</div>`}
        ${looking && html`<p class="empty muted" role="status">${last.lookedTo ? t('timeline.lookingTo', { when: moment(last.lookedTo) }) : t('timeline.looking')}</p>`}
        ${stretch.begun && items.length === 0 && !stretch.problem && !looking && (filtered || from
          ? html`<${Empty} title=${t(ofDeleted ? 'timeline.noneDeleted' : 'timeline.noneHere')} text=${ofDeleted ? null : t('timeline.noneHereText')}><a class="button" href="#/timeline">${t('timeline.all')}</a><//>`
          : html`<${Empty} title=${t('timeline.empty')} text=${t('timeline.emptyText')}>
              <a class="button primary" href="#/imports">${t('timeline.import')}</a><a class="button" href="#/pairing">${t('timeline.pair')}</a><//>`)}
        ${items.length > 0 && html`<${Virtual} items=${items} render=${render} label=${t('nav.timeline')} control=${control}
          onEnd=${() => stretch.extend('older')} onStart=${() => stretch.extend('newer')} onTop=${seen}
          after=${html`<p class="end muted">${stretch.pages.at(-1)?.older ? t('timeline.more') : ofDeleted ? '' : t('timeline.end')} ${t('zone', { zone })}</p>`} />`}
        ${from && html`<a class="to-now button" href=${go.path('timeline', { ...query, day: undefined })}><${Icon} name="newer" /><span>${t('timeline.now')}</span></a>`}
      </div>
    </div>
    ${open && html`<${Panel} key=${open} id=${open} onClose=${() => setOpen(null)} onOpen=${setOpen}
      onGone=${(ids, url, host) => {
        const hidden = ids ?? idsOf((visit) => (url ? visit.url === url : hostOf(visit) === host));
        hide(hidden);
        setOpen(null);
        return hidden;
      }} onBack=${restore} />`}
  </div>`;
}

/** How far a finger moves a row until its actions come out, and which part of its width until it goes. */
const OUT = 48;
const GOING = 0.55;

/** A row under a finger. All that a swipe does the row's own panel does by buttons. */
function useSwipe(out, show, act) {
  const element = useRef(null);
  const held = useRef(null);
  const at = (event) => Math.min(0, event.clientX - held.current.x);
  const far = (event) => -at(event) > element.current.clientWidth * GOING;
  const put = (x, going = false) => {
    element.current.style.transform = x ? `translateX(${x}px)` : '';
    element.current.classList.toggle('held', x !== 0);
    element.current.classList.toggle('going', going);
  };
  const begin = (event) => {
    if (event.pointerType === 'touch' && event.isPrimary) held.current = { x: event.clientX, y: event.clientY, moves: false };
  };
  const move = (event) => {
    if (!held.current) return;
    if (!held.current.moves) {
      if (Math.abs(event.clientX - held.current.x) < 10 || Math.abs(event.clientX - held.current.x) < Math.abs(event.clientY - held.current.y)) return;
      held.current.moves = true;
      element.current.setPointerCapture(event.pointerId);
    }
    put(at(event), far(event));
  };
  const end = (event) => {
    const was = held.current;
    if (was?.moves) {
      if (event.type === 'pointerup' && far(event)) act();
      else if (event.type === 'pointerup') show(at(event) < -OUT);
      put(0);
      // The tap that ends a swipe opens nothing.
      setTimeout(() => (held.current = null));
    } else held.current = null;
  };
  const onClickCapture = (event) => held.current?.moves && (event.preventDefault(), event.stopPropagation());
  return { ref: element, class: out ? 'swipes out' : 'swipes', onPointerDown: begin, onPointerMove: move, onPointerUp: end, onPointerCancel: end, onClickCapture };
}

function Row({ row, narrow, opened, current, out, onOut, onOpen, take, never, onFocus }) {
  const { visit } = row;
  // What can be done with it is half of a row, so it is made when the pointer or the focus comes.
  const [near, come] = useState('');
  const { class: swipes, ...swipe } = useSwipe(out, onOut, () => take(row));
  if (visit.deleted) {
    return html`<div class="row gone"><span class="time numbers">${time(visit.at)}</span><span class="muted">${count('visit.deleted', visit.visits)}</span><${DeviceMark} device=${visit.device} /></div>`;
  }
  return html`<div class="row ${opened ? 'opened' : ''} ${current ? 'current' : ''} ${near} ${swipes}" ...${swipe} onPointerEnter=${() => near || come('near')} onFocusCapture=${(event) => come(event.target.matches(':focus-visible') ? 'near by-keys' : 'near')}>
    <span class="time numbers">${time(visit.at)}</span>
    <${Tile} host=${hostOf(visit)} />
    <button type="button" class="title" id=${`row-${row.key}`} aria-expanded=${opened} onClick=${onOpen} onFocus=${onFocus}>
      <${VisitName} visit=${visit} />${row.times > 1 && html`<span class="times numbers"> × ${number(row.times)}</span>`}
    </button>
    <span class="host muted"><${HostName} visit=${visit} />${narrow && html`<${DeviceMark} device=${visit.device} />`}</span>
    ${!narrow && html`<${DeviceMark} device=${visit.device} />`}
    ${(near || opened || current || out) && html`<span class="actions">
      <${Outward} url=${visit.url} id=${`open-${row.key}`} class="button icon-only quiet" aria-label=${t('visit.open')} title=${t('visit.open')}><${Icon} name="open" /><//>
      <${Button} icon="way" iconOnly kind="quiet" label=${t('visit.itsWay')} onClick=${onOpen} />
      <${Button} icon="bin" iconOnly kind="quiet" label=${row.times > 1 ? t('visit.deleteSome', { n: row.times }) : t('visit.delete')} onClick=${() => take(row)} />
      ${hostOf(visit) && html`<${Button} icon="never" iconOnly kind="quiet" label=${t('visit.never')} onClick=${() => never(row)} />`}
    </span>
    <span class="under" aria-hidden="true"><${Icon} name="bin" /><span>${t('visit.deleteShort')}</span></span>`}
  </div>`;
}

/** Who finds visits here at once has not seen the first page, and needs to hear of the words once. */
function Beginning() {
  const [seen, see] = useState(node.place === 'house' || localStorage.getItem('welcomed') !== null);
  if (seen) return null;
  return html`<div class="notice"><${Icon} name="help" /><div><p>${t('timeline.welcome')}</p></div><div class="buttons"><a class="button" href="#/welcome">${t('timeline.begin')}</a>
    <${Button} icon="close" iconOnly kind="quiet" label=${t('close')} onClick=${() => (localStorage.setItem('welcomed', 'yes'), see(true))} /></div></div>`;
}

function Filters({ query, filters, cameFrom }) {
  const { data, reload } = useData('devices');
  // A device may have come since.
  useEffect(() => {
    if (!data?.current || cameFrom.every((id) => data.profiles.some((one) => one.id === id))) return undefined;
    const asked = setTimeout(reload, COUNTED_AGAIN);
    return () => clearTimeout(asked);
  }, [cameFrom.join(' '), data]);
  const [shown, show] = useState(false);
  const recorders = data?.profiles ?? [];
  const browsers = [...new Set(recorders.map((one) => one.browser).filter(Boolean))].sort();
  const set = (name, value) => go.to('timeline', { ...query, [name]: value || undefined });
  const ofDeleted = filters.kind === DELETED;
  const active = Object.keys(filters).length + (query.day && !ofDeleted ? 1 : 0);
  const select = (name, label, options) => html`<label class="filter"><span class="hidden">${label}</span>
    <select value=${query[name] ?? ''} onChange=${(event) => set(name, event.target.value)}>
      <option value="">${label}</option>${options.map(([value, text]) => html`<option key=${value} value=${value}>${text}</option>`)}</select></label>`;
  return html`<div class="filters">
    <${Button} icon="filter" kind="only-narrow" label=${active ? t('filter.some', { n: active }) : t('filter.show')} aria-expanded=${shown} onClick=${() => show(!shown)} />
    <div class="filter-fields ${shown ? 'shown' : ''}">
      ${!ofDeleted && html`<label class="filter"><span class="hidden">${t('filter.day')}</span>
        <input type="date" max=${dayOf(Date.now())} value=${query.day ?? ''} onChange=${(event) => (!event.target.value || /^[12]\d{3}-/.test(event.target.value)) && set('day', event.target.value)} /></label>`}
      ${recorders.length > 1 && select('device', t('filter.device'), recorders.map((one) => [one.id, nameOf(one)]))}
      ${!ofDeleted && browsers.length > 1 && select('browser', t('filter.browser'), browsers.map((name) => [name, clean(name, 40)]))}
      ${select('kind', t('filter.kind'), [...KINDS, DELETED].map((kind) => [kind, t(`kind.${kind}`)]))}
      ${!ofDeleted && html`<label class="filter"><span class="hidden">${t('filter.host')}</span>
        <input type="text" inputmode="url" autocomplete="off" spellcheck=${false} maxlength="253" placeholder=${t('filter.host')} value=${query.host ?? ''} onChange=${(event) => set('host', event.target.value.trim())} /></label>`}
      ${active > 0 && html`<a class="button quiet" href="#/timeline">${t('filter.none')}</a>`}
      <a class="button quiet push" href="#/deleted"><${Icon} name="undo" /><span>${t('deleted.title')}</span></a>
    </div>
  </div>`;
}
