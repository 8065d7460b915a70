// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// Measures the page from inside. Runs before anything of the page does.

globalThis.bench = (() => {
  const frame = () => new Promise(requestAnimationFrame);
  const drawn = async () => {
    await frame();
    await new Promise((resolve) => setTimeout(resolve));
    return performance.now();
  };
  const long = [];
  new PerformanceObserver((found) => long.push(...found.getEntries().map((one) => one.duration))).observe({ type: 'longtask', buffered: true });

  /** When each of these was first seen. */
  const USEFUL = { timeline: '.row .title', search: '.result .title', devices: '.card', insights: 'svg.heat' };
  const seen = {};
  const look = () => {
    for (const [name, selector] of Object.entries(USEFUL)) {
      if (!(name in seen) && document.querySelector(selector)) {
        seen[name] = null;
        drawn().then((at) => (seen[name] = at));
      }
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });

  async function until(holds, frames = 1_200) {
    for (let i = 0; i < frames; i++) {
      if (holds()) return;
      await frame();
    }
    throw new Error(`not within ${frames} frames: ${holds}`);
  }

  const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

  function summary(times) {
    const sorted = [...times].sort((a, b) => a - b);
    return { count: sorted.length, median: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), most: sorted.at(-1) ?? 0 };
  }

  const list = () => document.querySelector('.list .scroller');
  const rows = () => [...document.querySelectorAll('.row .title')].map((row) => row.id);

  /** Milliseconds until something useful of a page was drawn. */
  async function paint(name) {
    await until(() => seen[name] > 0);
    return { at: seen[name], first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0, long: long.length };
  }

  /** Moves the timeline by so many pixels in each of so many frames, or until so many rows have passed. */
  async function scroll(pixels, frames, most = Infinity) {
    await frame();
    const longBefore = long.length;
    const times = [];
    let passed = 0;
    let before = new Set(rows());
    let last = await frame();
    for (let i = 0; i < frames && passed < most; i++) {
      list().scrollTop += pixels;
      const now = await frame();
      times.push(now - last);
      last = now;
      if (most === Infinity) continue;
      const after = new Set(rows());
      for (const row of after) passed += before.has(row) ? 0 : 1;
      before = after;
    }
    return { ...summary(times), dropped: times.filter((time) => time > 25).length, long: long.slice(longBefore), passed };
  }

  /** Milliseconds from a jump to a date until none of the rows of before are there, but others. */
  async function jump(day) {
    const before = new Set(rows());
    const began = performance.now();
    location.hash = `#/timeline?day=${day}`;
    await until(() => rows().length > 0 && !rows().some((row) => before.has(row)));
    return (await drawn()) - began;
  }

  /** From now on each key in the search field is timed, until what it asked for is drawn. */
  const keys = new Map();
  const typed = [];
  addEventListener('input', (event) => event.target.type === 'search' && keys.set(event.target.value.trim(), event.timeStamp), true);
  const plain = globalThis.fetch;
  globalThis.fetch = async (address, options) => {
    const answer = await plain(address, options);
    const url = new URL(address, location.href);
    if (!url.pathname.endsWith('/search')) return answer;
    const read = answer.json.bind(answer);
    answer.json = async () => {
      const value = await read();
      const key = keys.get(url.searchParams.get('q'));
      if (key) drawn().then((at) => typed.push(at - key));
      return value;
    };
    return answer;
  };

  const typing = () => ({ ...summary(typed.splice(0)), keys: keys.size });

  return { paint, scroll, jump, typing, until };
})();
