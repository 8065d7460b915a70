// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// A list of which only what is seen is in the document. Items have a key and a height in rem. What is seen stays
// where it is when items come or go above it.

import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from './lib/htm-preact.js';

/** What is made beyond what is seen, in pixels; of the first look only what is seen is made. */
const AHEAD = 400;

export const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;

export function Virtual({ items, render, label, onEnd, onStart, onTop, control, after }) {
  const scroller = useRef(null);
  const [view, see] = useState({ top: 0, height: innerHeight });
  const [ahead, look] = useState(0);
  const [unit, measure] = useState(rem);
  const anchor = useRef(null);
  const frame = useRef(0);
  const begun = useRef(false);
  const held = useRef(null);

  const offsets = useMemo(() => {
    const sums = new Float64Array(items.length + 1);
    items.forEach((item, i) => {
      sums[i + 1] = sums[i] + item.height * unit;
    });
    return sums;
  }, [items, unit]);

  const at = (y) => {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (offsets[middle + 1] <= y) low = middle + 1;
      else high = middle;
    }
    return Math.min(low, items.length - 1);
  };

  // The first item seen, and how far it is cut: after a change of the items it is put there again.
  const note = () => {
    const top = scroller.current.scrollTop;
    const index = at(top);
    anchor.current = index >= 0 ? { key: items[index].key, index, cut: top - offsets[index] } : null;
  };

  useLayoutEffect(() => {
    // At first there is nothing to put back, and the observer below tells the size without a layout of its own.
    if (!begun.current) {
      begun.current = true;
      return;
    }
    const seenFirst = anchor.current;
    const element = scroller.current;
    if (seenFirst && element && seenFirst.cut + seenFirst.index > 0) {
      let index = items.findIndex((item) => item.key === seenFirst.key);
      if (index < 0) index = Math.min(seenFirst.index, items.length - 1);
      if (index >= 0) {
        const top = offsets[index] + seenFirst.cut;
        if (Math.abs(element.scrollTop - top) > 0.5) element.scrollTop = top;
      }
    }
    if (element) {
      see({ top: element.scrollTop, height: element.clientHeight });
      note();
    }
  }, [items, offsets]);

  useEffect(() => {
    const element = scroller.current;
    const resize = new ResizeObserver(() => {
      element.parentElement.style.setProperty('--bar', `${element.offsetWidth - element.clientWidth}px`);
      measure(rem());
      see({ top: element.scrollTop, height: element.clientHeight });
    });
    resize.observe(element);
    // Effects run after the first look is drawn.
    look(AHEAD);
    return () => {
      resize.disconnect();
      cancelAnimationFrame(frame.current);
    };
  }, []);

  const scrolled = () => {
    if (frame.current) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = 0;
      const element = scroller.current;
      if (!element) return;
      note();
      see({ top: element.scrollTop, height: element.clientHeight });
    });
  };

  const first = items.length ? at(Math.max(0, view.top - ahead)) : 0;
  const last = items.length ? at(view.top + view.height + ahead) : -1;
  const seen = items.length ? at(view.top) : -1;

  useEffect(() => {
    if (items.length === 0) return;
    if (offsets[items.length] - view.top - view.height < 1500) onEnd?.();
    if (view.top < 800) onStart?.();
  }, [items, view]);

  useEffect(() => {
    if (seen >= 0) onTop?.(items[seen]);
  }, [items, seen]);

  if (control) {
    control.current = {
      show(index, margin = 60) {
        const element = scroller.current;
        const top = offsets[index];
        const bottom = offsets[index + 1];
        if (top < element.scrollTop + margin) element.scrollTop = Math.max(0, top - margin);
        else if (bottom > element.scrollTop + element.clientHeight - 20) element.scrollTop = bottom - element.clientHeight + 20;
        see({ top: element.scrollTop, height: element.clientHeight });
      },
      toTop() {
        anchor.current = null;
        scroller.current.scrollTop = 0;
      },
      forget() {
        anchor.current = null;
      },
    };
  }

  // A list that is not shown any more has nothing to scroll.
  useEffect(() => () => {
    if (control) control.current = null;
  }, []);

  // The row that has the focus stays, however far one scrolls: whoever goes on by keys goes on from there.
  const holds = held.current !== null && scroller.current?.querySelector('.virtual').contains(document.activeElement);
  const focused = holds ? items.findIndex((item) => item.key === held.current) : -1;
  const shown = [];
  for (let i = first; i <= last; i++) shown.push(i);
  if (focused >= 0 && focused < first) shown.unshift(focused);
  else if (focused > last) shown.push(focused);

  // A row that is still seen is not made anew while one scrolls, so that only what comes costs work.
  const made = useRef({ render: null, rows: new Map() });
  if (made.current.render !== render) made.current = { render, rows: new Map() };
  const rows = [];
  const kept = new Map();
  for (const i of shown) {
    const before = made.current.rows.get(items[i].key);
    const row = before && before.item === items[i] && before.top === offsets[i] ? before : { item: items[i], top: offsets[i], drawn: html`<div class="virtual-item" role="listitem" key=${items[i].key} onFocusCapture=${() => (held.current = items[i].key)}
      style=${{ transform: `translateY(${offsets[i]}px)`, height: `${items[i].height}rem` }}>${render(items[i], i)}</div>` };
    kept.set(items[i].key, row);
    rows.push(row.drawn);
  }
  made.current.rows = kept;
  return html`<div class="scroller" ref=${scroller} onScroll=${scrolled} tabindex="-1">
    <div class="virtual" role="list" aria-label=${label} style=${{ height: `${offsets[items.length]}px` }}>${rows}</div>
    ${after}
  </div>`;
}
