// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// A year as pictures. Each mark leads to its visits, each picture has its table.

import { html, useEffect, useMemo, useRef, useState } from './lib/htm-preact.js';
import { t } from './strings.js';
import { after, clean, dayOf, monthName, number, shortDay, startOf, weekdayName, when, zone } from './format.js';
import { Button, colourOf, count, DeviceMark, Empty, HostName, nameOf, Problem, Tile, VisitName } from './pieces.js';
import { path, useData } from './api.js';
import { go } from './router.js';

export function Insights({ query }) {
  const year = Number(query.year) || new Date().getFullYear();
  const { data, problem, waiting, reload } = useData(path('insights', { year, zone }));
  const years = data?.years?.length ? data.years : [year];
  return html`<div class="page wide-page"><header class="page-head row-head"><h1>${t('nav.insights')}</h1>
      <div class="buttons"><label class="filter"><span class="hidden">${t('insights.year')}</span><select value=${year} onChange=${(event) => go.to('insights', { year: event.target.value })}>
        ${[...new Set([year, ...years])].sort((a, b) => b - a).map((one) => html`<option key=${one} value=${one}>${String(one)}</option>`)}</select></label></div></header>
    <${Problem} problem=${problem} again=${reload} />
    ${waiting && html`<p class="muted waiting">${t('insights.counting')}</p><div class="reserve" aria-hidden="true"></div>`}
    ${data && !data.visits && html`<${Empty} title=${t('insights.none', { year: String(year) })} text=${t('insights.noneText')} />`}
    ${data?.visits > 0 && html`
      <p>${t('insights.total', { visits: count('visits', data.visits) })} <span class="muted">${t('zone', { zone })}</span></p>
      <${Heat} year=${year} days=${data.days ?? []} /><${Hours} devices=${(data.hours ?? []).map(({ device, visits, hours }) => ({ ...device, visits, hours }))} /><${Hosts} hosts=${data.hosts ?? []} year=${year} />
      <${Ends} first=${data.first} last=${data.last} />`}
  </div>`;
}

function change(now, before) {
  if (!before) return t('insights.new');
  const percent = Math.round(((now - before) / before) * 100);
  return percent === 0 ? t('insights.same') : `${percent > 0 ? '+' : '−'}${number(Math.abs(percent))} %`;
}

function save(name, type, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// A cell that begins like a formula would be run by a spreadsheet.
const cell = (value) => {
  const text = String(value);
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
};

/** A picture as it stands in the page, with the colours that it has here. */
function picture(element, name) {
  const copy = element.cloneNode(true);
  const from = [element, ...element.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((node, i) => {
    const style = getComputedStyle(from[i]);
    node.setAttribute('fill', style.fill);
    node.setAttribute('stroke', style.stroke);
    if (node.tagName === 'text') node.setAttribute('font-family', 'sans-serif'), node.setAttribute('font-size', style.fontSize);
    node.removeAttribute('class');
  });
  copy.querySelectorAll('a').forEach((link) => link.removeAttribute('href'));
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  save(`${name}.svg`, 'image/svg+xml', new XMLSerializer().serializeToString(copy));
}

function Figure({ id, title, head, rows, children }) {
  const [table, show] = useState(false);
  return html`<section class="figure"><div class="card-head"><h2>${title}</h2><div class="buttons">
      <${Button} kind="quiet" label=${table ? t('insights.picture') : t('insights.table')} aria-expanded=${table} onClick=${() => show(!table)} />
      <${Button} kind="quiet" label=${t('insights.csv')} onClick=${() => save(`${id}.csv`, 'text/csv', [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n'))} />
      ${!table && html`<${Button} kind="quiet" label=${t('insights.svg')} onClick=${(event) => picture(event.currentTarget.closest('.figure').querySelector('svg.chart'), id)} />`}</div></div>
    ${table
      ? html`<div class="table" tabindex="0" role="region" aria-label=${title}><table><thead><tr>${head.map((name) => html`<th scope="col" key=${name}>${name}</th>`)}</tr></thead>
          <tbody>${rows.map((row, i) => html`<tr key=${i}>${row.map((value, j) => (j === 0 ? html`<th scope="row" key=${j}>${value}</th>` : html`<td key=${j} class="numbers">${typeof value === 'number' ? number(value) : value}</td>`))}</tr>`)}</tbody></table></div>`
      : children}</section>`;
}

function Heat({ year, days }) {
  const { cells, months, most } = useMemo(() => {
    const counts = new Map(days.map(({ day, visits }) => [day, visits]));
    const sorted = [...counts.values()].sort((a, b) => a - b);
    const most = Math.max(1, sorted[Math.floor(sorted.length * 0.95)] ?? 1);
    const cells = [];
    const months = [];
    const today = dayOf(Date.now());
    let column = 0;
    for (let day = `${year}-01-01`; day.startsWith(String(year)) && day <= today; day = after(day, 1)) {
      const date = startOf(day);
      const weekday = (date.getDay() + 6) % 7;
      if (date.getDate() === 1) months.push({ name: monthName(date.getMonth()), x: 30 + (column + (weekday > 0 ? 1 : 0)) * 14 });
      const visits = counts.get(day) ?? 0;
      cells.push({ day, visits, x: 30 + column * 14, y: 18 + weekday * 14, level: visits === 0 ? 0 : Math.min(4, 1 + Math.floor((visits / most) * 3.99)) });
      if (weekday === 6) column += 1;
    }
    return { cells, months, most };
  }, [year, days]);
  // Where it is wider than the page, what was last is seen first.
  const frame = useRef(null);
  useEffect(() => {
    if (frame.current) frame.current.scrollLeft = frame.current.scrollWidth;
  }, [cells]);
  const rows = days.filter((one) => one.visits > 0).map(({ day, visits }) => [day, visits]);
  return html`<${Figure} id=${`history-${year}`} title=${t('insights.heat')} head=${[t('insights.day'), t('insights.visits')]} rows=${rows}>
    <div class="table" tabindex="0" role="region" aria-label=${t('insights.heat')} ref=${frame}><svg class="chart heat" viewBox="0 0 776 120" role="group" aria-label=${t('insights.heatLabel', { most: number(most) })}>
      ${months.map(({ name, x }) => html`<text key=${name} x=${x} y="11">${name}</text>`)}
      ${[0, 2, 4].map((weekday) => html`<text key=${weekday} x="0" y=${28 + weekday * 14}>${weekdayName(weekday)}</text>`)}
      ${cells.map(({ day, visits, x, y, level }) => (visits > 0
        ? html`<a key=${day} href=${go.path('timeline', { day })} aria-label=${`${shortDay(day)}: ${count('visits', visits)}`}><rect x=${x} y=${y} width="11" height="11" rx="2" class=${`level-${level}`}><title>${shortDay(day)}: ${count('visits', visits)}</title></rect></a>`
        : html`<rect key=${day} x=${x} y=${y} width="11" height="11" rx="2" class="level-0" />`))}
    </svg></div><//>`;
}

function Hours({ devices }) {
  const shown = devices.filter((device) => (device.hours ?? []).some((n) => n > 0)).slice(0, 7);
  const totals = Array.from({ length: 24 }, (_, hour) => shown.reduce((sum, device) => sum + (device.hours[hour] ?? 0), 0));
  const most = Math.max(1, ...totals);
  const rows = totals.map((_, hour) => [`${hour}:00`, ...shown.map((device) => device.hours[hour] ?? 0)]);
  return html`<${Figure} id="hours" title=${t('insights.hours')} head=${[t('insights.hour'), ...shown.map(nameOf)]} rows=${rows}>
    <svg class="chart hours" viewBox="0 0 776 150" role="img" aria-label=${t('insights.hoursLabel', { hour: String(totals.indexOf(Math.max(...totals))) })}>
      ${totals.map((total, hour) => {
        let y = 126;
        return html`<g key=${hour}>${shown.map((device) => {
          const n = device.hours[hour] ?? 0;
          const height = (n / most) * 116;
          y -= height;
          return n > 0 && html`<rect key=${device.id} x=${8 + hour * 32} width="24" y=${y} height=${Math.max(0.5, height - 1)} fill=${colourOf(device.id)}><title>${hour}:00 – ${nameOf(device)}: ${count('visits', n)}</title></rect>`;
        })}${hour % 3 === 0 && html`<text x=${20 + hour * 32} y="144" text-anchor="middle">${String(hour)}</text>`}</g>`;
      })}
      <line x1="0" x2="776" y1="127" y2="127" /></svg>
    <ul class="legend">${shown.map((device) => html`<li key=${device.id}><a href=${go.path('timeline', { device: device.id })}><${DeviceMark} device=${device} /></a> <span class="muted numbers">${number(device.visits ?? 0)}</span></li>`)}</ul><//>`;
}

function Hosts({ hosts, year }) {
  const most = Math.max(1, ...hosts.map((one) => one.visits));
  const rows = hosts.map((one) => [clean(one.host, 253), one.visits, one.before ?? 0]);
  return html`<section class="figure"><div class="card-head"><h2>${t('insights.hosts')}</h2><div class="buttons">
      <${Button} kind="quiet" label=${t('insights.csv')} onClick=${() => save(`hosts-${year}.csv`, 'text/csv', [[t('insights.host'), t('insights.visits'), t('insights.before')], ...rows].map((row) => row.map(cell).join(',')).join('\r\n'))} /></div></div>
    <div class="table" tabindex="0" role="region" aria-label=${t('insights.hosts')}><table class="hosts"><thead><tr><th scope="col">${t('insights.host')}</th><th scope="col" class="right">${t('insights.visits')}</th><th scope="col" class="right">${t('insights.change', { year: String(year - 1) })}</th></tr></thead>
      <tbody>${hosts.slice(0, 20).map((one) => html`<tr key=${one.host}><th scope="row"><a class="host-link" href=${go.path('timeline', { host: one.host })}><${Tile} host=${one.host} /><bdi dir="ltr">${clean(one.host, 80)}</bdi></a>
        <svg class="bar" viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true"><rect width=${(one.visits / most) * 100} height="3" /></svg></th>
        <td class="numbers right">${number(one.visits)}</td><td class="numbers right muted">${change(one.visits, one.before)}</td></tr>`)}</tbody></table></div></section>`;
}

function Ends({ first, last }) {
  const one = (title, visit) => visit && html`<div><h3>${title}</h3><p class="host-link"><${Tile} host=${visit.host} /><a class="cut" href=${go.path('timeline', { day: dayOf(visit.at) })}><${VisitName} visit=${visit} most=${160} /></a></p>
    <p class="muted numbers"><${HostName} visit=${visit} /> · ${when(visit.at)}</p></div>`;
  return (first || last) && html`<section class="halves">${one(t('insights.first'), first)}${one(t('insights.last'), last)}</section>`;
}
