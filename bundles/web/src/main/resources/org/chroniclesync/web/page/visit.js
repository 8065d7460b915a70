// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// One visit, beside the list it was opened from: its way, its other visits, its devices, its address as it is.

import { html, useEffect, useMemo, useRef } from './lib/htm-preact.js';
import { t } from './strings.js';
import { after, clean, dayOf, exact, hostOf, moment, monthName, number, shortDay, startOf, time, when, zone } from './format.js';
import { Button, count, DeviceMark, HostName, Icon, nameOf, Outward, Problem, Tile, VisitName, Waiting } from './pieces.js';
import { useData } from './api.js';
import { erase, neverKeep } from './deletion.js';

export function Panel({ id, onClose, onOpen, onGone, onBack }) {
  const { data, problem, waiting, reload } = useData(id === null ? null : `visits/${encodeURIComponent(id)}?zone=${encodeURIComponent(zone)}`, ['deletion']);
  const element = useRef(null);
  useEffect(() => element.current?.focus({ preventScroll: true }), []);
  return html`<div class="panel-shade" onClick=${onClose}></div>
    <aside class="panel" aria-label=${t('visit.panel')} tabindex="-1" ref=${element}
      onKeyDown=${(event) => event.key === 'Escape' && (event.stopPropagation(), onClose())}>
      <div class="panel-bar"><${Button} icon="close" iconOnly kind="quiet" label=${t('close')} onClick=${onClose} /></div>
      <${Waiting} when=${waiting} />
      <${Problem} problem=${problem} again=${reload} />
      ${data && html`<${Visit} data=${data} onOpen=${onOpen} onGone=${onGone} onBack=${onBack} />`}
    </aside>`;
}

function Visit({ data, onOpen, onGone, onBack }) {
  const { visit, page } = data;
  const host = hostOf(visit);
  return html`
    <div class="panel-title"><${Tile} host=${host} /><h2><${VisitName} visit=${visit} most=${600} /></h2></div>
    <p class="muted"><${HostName} visit=${visit} /></p>
    <p class="numbers" title=${exact(visit.at)}>${when(visit.at)} · <${DeviceMark} device=${visit.device} />
      ${visit.device?.browser && !nameOf(visit.device).includes(visit.device.browser) && html`<span class="muted"> · ${clean(visit.device.browser, 40)}</span>`}</p>
    <div class="buttons">
      <${Outward} url=${visit.url} class="button"><${Icon} name="open" /><span>${t('visit.open')}</span><//>
      <${Button} icon="bin" label=${t('visit.delete')} onClick=${() => erase({ visit: visit.id }, { single: true, gone: () => onGone([visit.id]), back: onBack })} />
      ${page?.visits > 1 && html`<${Button} icon="bin" label=${t('visit.deleteAll', { n: page.visits })} onClick=${() => erase({ page: visit.url }, { gone: () => onGone(null, visit.url), back: onBack })} />`}
      ${host && html`<${Button} icon="bin" label=${t('visit.deleteSite', { host: clean(host, 60) })} onClick=${() => erase({ host }, { gone: () => onGone(null, null, host), back: onBack })} />`}
      ${host && html`<${Button} icon="never" label=${t('visit.never')} onClick=${() => neverKeep(host, () => onGone(null, null, host), onBack)} />`}
    </div>
    <${Way} visit=${visit} from=${data.from ?? []} to=${data.to ?? []} onOpen=${onOpen} />
    ${page && html`<section><h3>${count('visit.others', page.visits)}</h3>
      ${page.visits > 1 && html`<p class="muted">${t('visit.since', { first: moment(page.first), last: moment(page.last) })}</p>`}
      <${Year} days=${page.days ?? []} />
      ${data.complete === false && html`<p class="muted">${t('visit.incomplete')}</p>`}</section>`}
    ${page?.devices?.length > 1 && html`<section><h3>${t('visit.devices')}</h3><ul class="plain">
      ${page.devices.map(({ device, visits }) => html`<li key=${device.id}><${DeviceMark} device=${device} /> <span class="muted numbers">${number(visits)}</span></li>`)}</ul></section>`}
    <section><h3>${t('visit.address')}</h3><p class="address"><bdi dir="ltr">${clean(visit.url, 2000)}</bdi></p></section>`;
}

function Way({ visit, from, to, onOpen }) {
  if (from.length === 0 && to.length === 0) {
    return html`<section><h3>${t('visit.way')}</h3><p class="muted">${t('visit.noWay')}</p></section>`;
  }
  const step = (other, kind) => html`<li class=${kind} key=${other.id}>
    <button type="button" class="step" onClick=${() => onOpen(other.id)}><span class="muted numbers">${time(other.at)}</span>
      <span class="cut"><${VisitName} visit=${other} most=${200} /></span></button></li>`;
  return html`<section><h3>${t('visit.way')}</h3><ol class="way" aria-label=${t('visit.way')}>
    ${[...from].reverse().map((other) => step(other, 'before'))}
    <li class="here" aria-current="true"><span class="step"><span class="muted numbers">${time(visit.at)}</span> <span class="cut"><${VisitName} visit=${visit} most=${200} /></span></span></li>
    ${to.map((other) => step(other, 'then'))}</ol></section>`;
}

/** The other visits as dots on a year, the last twelve months. */
function Year({ days }) {
  const dots = useMemo(() => {
    const today = dayOf(Date.now());
    const start = startOf(after(today, -364)).getTime();
    return days
      .map(({ day, visits }) => ({ day, visits, x: (startOf(day).getTime() - start) / 86400000 }))
      .filter(({ x }) => x >= 0 && x <= 365);
  }, [days]);
  if (dots.length === 0) return null;
  const first = startOf(after(dayOf(Date.now()), -364));
  const months = [];
  for (let i = 1; i <= 12; i += 2) {
    const start = new Date(first.getFullYear(), first.getMonth() + i, 1);
    months.push({ x: (start - first) / 86400000, name: monthName(start.getMonth()) });
  }
  return html`<svg class="year-dots" viewBox="-4 0 374 34" role="img" aria-label=${t('visit.dots', { n: dots.length, first: shortDay(dots.at(-1).day), last: shortDay(dots[0].day) })}>
    <line x1="0" x2="365" y1="14" y2="14" />
    ${dots.map(({ day, visits, x }) => html`<circle key=${day} cx=${x} cy="14" r=${Math.min(5, 2 + Math.log2(visits))}><title>${shortDay(day)}: ${count('visits', visits)}</title></circle>`)}
    ${months.map(({ x, name }) => html`<text x=${x} y="31">${name}</text>`)}
  </svg>`;
}
