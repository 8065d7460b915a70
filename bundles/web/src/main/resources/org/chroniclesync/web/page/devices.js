// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// This device and the others: one sentence each, then the remedy, then the numbers.

import { html, useEffect, useRef, useState } from './lib/htm-preact.js';
import { known, languageTag, t } from './strings.js';
import { bytes, clean, moment, number, span, time, when } from './format.js';
import { ask, Button, colourOf, count, Dialog, DeviceMark, Icon, nameOf, Problem, Progress, say, sayProblem, Trouble, troubleOf, Waiting } from './pieces.js';
import { node, post, remove, useData, useStatus } from './api.js';

const BAD = ['unreachable', 'held-up', 'refused'];

/** The sentence of a device's state. Causes are the node's own words, which are English. */
export function sentence(device) {
  const key = `state.${device.state}`;
  const cause = node.status?.troubles.some((part) => part.cause === device.why) ? '' : clean(device.why, 600);
  if (device.state === 'syncing') return t(key, { done: number(device.done ?? 0), total: number(device.total ?? 0) });
  if (device.state === 'in-sync' || device.state === 'gone') return t(key, { since: device.since ? when(device.since) : '–' });
  if (known(key)) return cause && BAD.includes(device.state) && languageTag() === 'en' ? cause : t(key);
  return clean(device.sentence ?? device.state, 600);
}

export function Devices() {
  const { data, problem, waiting, reload } = useData('devices', ['status']);
  const { data: erased } = useData('deletions', ['deletion', 'status']);
  const { status } = useStatus();
  useSynced(data);
  const devices = (data?.nodes ?? []).map(deviceOf);
  const self = data && { id: data.self ?? '', peer: data.self, label: data.computer };
  const act = (promise, done) => promise.then(() => (say(done, null, 5), reload()), sayProblem);
  const rename = (device) => ask((close) => html`<${Rename} device=${device} close=${close} act=${(name) => act(post(`devices/${encodeURIComponent(device.peer ?? device.id)}/rename`, { name }), t('devices.renamed', { name }))} />`);
  const forget = (device) => ask((close) => html`<${Forget} device=${device} close=${close} act=${() => act(remove(`devices/${encodeURIComponent(device.peer)}`), t('devices.forgotten', { name: nameOf(device) }))} />`);
  return html`<div class="page">
    <header class="page-head row-head"><h1>${t('nav.devices')}</h1>
      ${devices.length > 0 && html`<div class="buttons"><${Button} icon="sync" label=${t('devices.sync')} onClick=${() => act(post('sync'), t('devices.asked'))} />
        <a class="button primary" href="#/pairing"><${Icon} name="pair" /><span>${t('devices.add')}</span></a></div>`}</header>
    <${Problem} problem=${problem} again=${reload} /><${Waiting} when=${waiting} />
    <${Troubles} status=${status} />
    ${self && html`<section class="card"><div class="card-head"><h2><${DeviceMark} device=${self} /> <span class="muted">${t('devices.self')}</span></h2>
        <div class="buttons">${data.self && html`<${Button} icon="edit" iconOnly kind="quiet" label=${t('devices.rename')} onClick=${() => rename(self)} />`}<${Pausing} /></div></div>
      ${status?.store ? html`<p>${t('devices.holds', { visits: count('visits', status.visits) })}</p>` : !status?.troubles.some((part) => part.kind === 'storage') && html`<p>${t('pill.storage')}</p>`}</section>`}
    ${devices.length > 2 && html`<${Ring} self=${self} devices=${devices} />`}
    <ul class="cards">${devices.map((device) => html`<${One} key=${device.peer} device=${device} waiting=${waitingFor(device, erased)} rename=${() => rename(device)} forget=${() => forget(device)} />`)}</ul>
    ${data && devices.length === 0 && html`<div class="empty"><h2>${t('devices.none')}</h2><p>${t('devices.noneText')}</p>
      <div class="buttons"><a class="button primary" href="#/pairing">${t('devices.add')}</a></div></div>`}
    ${data?.profiles?.length > 0 && html`<section><h2>${t('devices.profiles')}</h2><p class="muted">${t('devices.profilesText')}</p><ul class="lines">${data.profiles.map((profile) => html`<li key=${profile.id}>
      <span><${DeviceMark} device=${profile} /></span><span class="muted numbers">${count('visits', profile.visits)}</span>
      <${Button} icon="edit" iconOnly kind="quiet" label=${`${t('devices.rename')}: ${nameOf(profile)}`} onClick=${() => rename(profile)} /></li>`)}</ul></section>`}
    ${data && node.place !== 'house' && html`<${Shared} />`}
    ${data && html`<p><${Button} icon="help" kind="quiet" label=${t('devices.test')} onClick=${() => ask((close) => html`<${Test} close=${close} />`)} /></p>`}
  </div>`;
}

/** Whether browsers of other devices in the house may see this page, and how many do. */
function Shared() {
  const { data } = useData('share', ['status']);
  if (!data) return null;
  return html`<section><h2>${t('devices.shared')}</h2><p class="row-head"><span>${t(data.addresses.length > 0 ? 'share.isOn' : 'share.isOff')}
      ${data.addresses.length > 0 && html` <span class="muted">${data.addresses[0]} · ${t('share.in')}: ${number(data.guests.length)}</span>`}</span>
    <a class="button" href="#/share"><${Icon} name="phone" /><span>${t('nav.share')}</span></a></p></section>`;
}

export function Troubles({ status }) {
  const troubles = (status?.troubles ?? []).slice(0, 8);
  return troubles.map((part) => html`<${Trouble} key=${`${part.kind} ${part.name}`} part=${part} />`);
}

/** How many deletions of this device another one has not got yet; null if there are none to get. */
function waitingFor(device, erased) {
  const all = (erased?.deletions ?? []).filter((one) => ['undoable', 'final', 'under way'].includes(one.state));
  return all.length === 0 ? null : all.filter((one) => one.lacking.some((lacking) => lacking.peer === device.peer)).length;
}

/** So many visits come by a sync, also where that was over before the node told of it. */
const MANY_VISITS = 1000;

/** Says when a sync has ended that one has watched; one that goes on at once has not. */
function useSynced(data) {
  const watched = useRef(new Map());
  const came = useRef(new Map());
  useEffect(() => {
    for (const device of (data?.nodes ?? []).map(deviceOf)) {
      const before = came.current.get(device.peer) ?? device.entriesIn;
      came.current.set(device.peer, device.entriesIn);
      if (device.state === 'syncing' || device.entriesIn - before >= MANY_VISITS) {
        clearTimeout(watched.current.get(device.peer));
        watched.current.set(device.peer, null);
      }
      if (device.state === 'in-sync' && watched.current.get(device.peer) === null) {
        watched.current.set(device.peer, setTimeout(() => {
          watched.current.delete(device.peer);
          say(t('devices.synced', { name: nameOf(device) }), null, 8);
        }, 2000));
      }
    }
  }, [data]);
  useEffect(() => () => watched.current.forEach(clearTimeout), []);
}

/** How fast a sync goes and how long it will take, from what was seen of it since it was first looked at. */
function Syncing({ device }) {
  const begun = useRef(null);
  const now = Date.now();
  if (!begun.current || device.done < begun.current.done) begun.current = { at: now, done: device.done };
  const seconds = (now - begun.current.at) / 1000;
  const rate = seconds > 1 ? (device.done - begun.current.done) / seconds : 0;
  const left = device.total - device.done;
  return html`<${Progress} label=${t('devices.syncing', { name: nameOf(device) })} done=${device.done} total=${device.total}
    text=${[t('devices.syncedOf', { done: number(device.done ?? 0), total: number(device.total ?? 0) }), rate >= 1 && t('rate', { n: number(Math.round(rate)) }),
      rate >= 1 && left > 0 && t('imports.rest', { span: span(Math.max(1, left / rate)) })].filter(Boolean).join(' · ')} />`;
}

function One({ device, waiting, rename, forget }) {
  const bad = BAD.includes(device.state);
  return html`<li class="card">
    <div class="card-head"><h2><${DeviceMark} device=${device} /></h2>
      <div class="buttons"><${Button} icon="edit" iconOnly kind="quiet" label=${t('devices.rename')} onClick=${rename} />
        <${Button} icon="bin" iconOnly kind="quiet" label=${t('devices.forget')} onClick=${forget} /></div></div>
    ${device.state === 'syncing' ? html`<${Syncing} device=${device} />` : html`<p class=${bad ? 'bad' : ''}>${bad && html`<${Icon} name="warning" /> `}${sentence(device)}</p>`}
    ${device.remedy && html`<p>${clean(device.remedy, 600)}</p>`}
    ${bad && html`<div class="buttons"><${Button} icon="sync" label=${t('devices.tryNow')} onClick=${() => post('sync').then(() => say(t('devices.asked'), null, 4), sayProblem)} />
      <${Button} icon="help" label=${t('devices.why')} onClick=${() => ask((close) => html`<${Test} device=${device} close=${close} />`)} />
      ${device.state === 'unreachable' && html`<a class="button" href="#/pairing?by=hand">${t('devices.byHand')}</a>`}</div>`}
    <dl class="facts numbers">
      ${device.transport && html`<div><dt>${t('devices.transport')}</dt><dd>${clean(device.transport, 40)}</dd></div>`}
      ${device.roundTripMillis != null && html`<div><dt>${t('devices.roundTrip')}</dt><dd>${device.roundTripMillis < 1 ? '< 1' : number(device.roundTripMillis)} ms</dd></div>`}
      ${(device.bytesIn > 0 || device.bytesOut > 0) && html`<div><dt>${t('devices.traffic')}</dt><dd>↓ ${bytes(device.bytesIn)} ↑ ${bytes(device.bytesOut)}</dd></div>`}
      ${(device.entriesIn > 0 || device.entriesOut > 0) && html`<div><dt>${t('devices.entries')}</dt><dd>↓ ${number(device.entriesIn)} ↑ ${number(device.entriesOut)}</dd></div>`}
      ${waiting !== null && html`<div><dt>${t('devices.deletions')}</dt><dd>${waiting === 0 ? t('devices.deletedAll') : t('devices.deletedNot', { n: waiting })}</dd></div>`}
      ${device.retryAt && html`<div><dt>${t('devices.retry')}</dt><dd>${time(device.retryAt)}</dd></div>`}
      ${device.lastSeen && !device.online && html`<div><dt>${t('devices.lastSeen')}</dt><dd>${moment(device.lastSeen)}</dd></div>`}
    </dl>
    ${device.transportNote && html`<p class="muted">${clean(device.transportNote, 500)}</p>`}
  </li>`;
}

/** One whole account of a device: what is known of it always, and how it stands now. */
function deviceOf(node) {
  const now = node.now ?? { state: 'gone', since: node.lastSeen };
  return { ...now, ...now.traffic, id: node.peer, peer: node.peer, label: node.label, lastSeen: node.lastSeen, online: node.now !== null };
}

function Pausing() {
  const { data, reload } = useData('pause', ['status']);
  const resume = () => post('resume').then(reload, sayProblem);
  if (!data) return null;
  return data.until
    ? html`<${Button} icon="play" label=${t('devices.resume', { until: time(data.until) })} onClick=${resume} />`
    : html`<${Button} icon="pause" label=${t('devices.pause')} onClick=${() => ask((close) => html`<${Pause} close=${close} done=${reload} />`)} />`;
}

function Pause({ close, done }) {
  const [minutes, set] = useState(60);
  const [forget, setForget] = useState(false);
  return html`<${Dialog} title=${t('pause.title')} onClose=${close}><p>${t('pause.text')}</p>
    <label class="field">${t('pause.long')}<select value=${minutes} onChange=${(event) => set(Number(event.target.value))}>
      ${[15, 60, 240, 1440].map((n) => html`<option key=${n} value=${n}>${span(n * 60)}</option>`)}</select></label>
    <label class="check"><input type="checkbox" checked=${forget} onChange=${(event) => setForget(event.target.checked)} /><span>${t('pause.forget')}</span></label>
    <div class="buttons end"><${Button} label=${t('cancel')} onClick=${close} /><${Button} kind="primary" label=${t('devices.pause')} onClick=${() => {
      close();
      post('pause', { minutes, forget }).then(done, sayProblem);
    }} /></div><//>`;
}

function Rename({ device, close, act }) {
  const [name, set] = useState(device.name || device.label || '');
  const submit = (event) => {
    event.preventDefault();
    close();
    act(name.trim());
  };
  return html`<${Dialog} title=${t('devices.rename')} onClose=${close}><form onSubmit=${submit}>
    <label class="field">${t('devices.name')}<input value=${name} maxlength="64" autocomplete="off" onInput=${(event) => set(event.target.value)} /></label>
    <p class="muted">${t('devices.renameText')}</p>
    <div class="buttons end"><${Button} label=${t('cancel')} onClick=${close} /><button class="button primary" disabled=${!name.trim()}>${t('save')}</button></div></form><//>`;
}

function Forget({ device, close, act }) {
  return html`<${Dialog} title=${t('devices.forgetTitle', { name: nameOf(device) })} onClose=${close}>
    <p>${t('devices.forgetText')}</p><div class="buttons end">
    ${node.place !== 'house' && html`<a class="button" href="#/pairing?by=loss" onClick=${close}>${t('devices.lost')}</a>`}<${Button} label=${t('cancel')} onClick=${close} />
    <${Button} kind="danger" label=${t('devices.forget')} onClick=${() => (close(), act())} /></div><//>`;
}

/** The devices as dots and the links as lines. It says in a picture what the sentences say in words. */
function Ring({ self, devices }) {
  const shown = devices.slice(0, 12);
  const place = (i) => {
    const angle = (i / shown.length) * 2 * Math.PI - Math.PI / 2;
    return { x: 170 + 105 * Math.cos(angle), y: 90 + 62 * Math.sin(angle) };
  };
  return html`<svg class="ring" viewBox="0 0 340 180" role="img" aria-label=${t('devices.map', { n: devices.filter((one) => one.state === 'in-sync').length, all: devices.length })}>
    ${shown.map((device, i) => {
      const { x, y } = place(i);
      return html`<line key=${device.peer} x1="170" y1="90" x2=${x} y2=${y} class=${device.state} />`;
    })}
    <circle cx="170" cy="90" r="7" fill=${colourOf(self?.id ?? '')} />
    ${shown.map((device, i) => {
      const { x, y } = place(i);
      return html`<circle key=${device.peer} cx=${x} cy=${y} r="5" fill=${colourOf(device.id ?? '')} /><text x=${x} y=${y < 90 ? y - 9 : y + 17}>${clean(nameOf(device), 18)}</text>`;
    })}
  </svg>`;
}

const MARKS = { ok: 'check', bad: 'close', open: 'help' };

/**
 * Why two devices do not meet: each step between them, with what the node knows of it. After the first that fails
 * nothing is known, for it was never tried; what only the other device can say is asked for there.
 */
function Test({ device, close }) {
  const [, again] = useState(0);
  useEffect(() => {
    post('sync').catch(() => {});
    return node.on('status', () => again((n) => n + 1));
  }, []);
  const { data } = useData('devices', ['status']);
  const path = device ? `devices/${encodeURIComponent(device.peer)}/why` : null;
  const { data: here } = useData(path, ['status']);
  // The other device takes its time, if it answers at all; until then there is what this one knows.
  const { data: both } = useData(path && `${path}?ask=true`, ['status']);
  const why = both ?? here;
  const now = device ? (data?.nodes ?? []).map(deviceOf).find((one) => one.peer === device.peer) ?? device : null;
  const steps = stepsOf(node.status, now, why);
  const stops = steps.find((step) => step.state === 'bad');
  const verdict = stops ? t('test.stops', { step: t(`test.${stops.name}`) }) : steps.every((step) => step.state === 'ok') ? t('test.well') : t('test.unsure');
  return html`<${Dialog} title=${device ? t('test.titleOf', { name: nameOf(device) }) : t('test.title')} onClose=${close}>
    <p role="status">${verdict}</p>
    <ol class="steps">${steps.map((step) => html`<li key=${step.name} class=${step.state}><${Icon} name=${MARKS[step.state]} />
      <div><p><span class="hidden">${t(`test.is.${step.state}`)}</span> <strong>${t(`test.${step.name}`)}</strong></p>
        ${step.text && html`<p>${step.text}</p>`}${step.remedy && html`<p class="muted">${step.remedy}</p>`}
        ${step.findings?.map((one) => html`<${Found} key=${one.code} finding=${one} attempts=${why.attempts} view=${why.view} />`)}
        ${step.findings && html`<${Tried} attempts=${why.attempts} title="test.tried" />`}
        ${step.findings && why.view && html`<${View} view=${why.view} />`}
        ${step === stops && step.link && html`<div class="buttons"><a class="button" href=${step.link[0]} onClick=${close}>${step.link[1]}</a></div>`}</div></li>`)}</ol>
    <div class="buttons end"><${Button} icon="sync" label=${t('test.again')} onClick=${() => post('sync').catch(sayProblem)} /></div><//>`;
}

/** A code has its text here; of another one there are the node's words. */
function Found({ finding, attempts, view }) {
  const key = `why.${finding.code}`;
  if (!known(key)) return html`<p lang="en">${clean(finding.what, 600)}</p><p class="muted" lang="en">${clean(finding.remedy, 800)}</p>`;
  const heard = HEARD.includes(finding.code) ? heardOf(attempts.find((one) => one.failure), view?.attempts ?? []) : '';
  return html`<p>${t(key)} ${heard}</p>${finding.remedy && known(`${key}.do`) && html`<p class="muted">${t(`${key}.do`)}</p>`}`;
}

/** Where two try addresses of each other, what came of it tells which side does not let it through. */
const HEARD = ['only-own-addresses', 'no-relay', 'relay-not-enough'];

function heardOf(attempt, others) {
  const pairs = attempt?.pairs ?? [];
  const there = others.find((one) => one.endedAt && one.transport === attempt?.transport)?.pairs ?? [];
  const here = pairs.some((pair) => pair.received > 0);
  if (there.some((pair) => pair.received > 0)) return t(here ? 'why.heard-both' : 'why.heard-there');
  if (here) return t(there.some((pair) => pair.received >= 0) ? 'why.heard-here-only' : 'why.heard-here');
  return pairs.some((pair) => pair.sent > 0) ? t('why.heard-nothing') : '';
}

/** What the other device says it tried, or why that is not known. A finding says it where it was silent. */
function View({ view }) {
  if (view.state === 'told') return html`<${Tried} attempts=${view.attempts} title="test.triedThere" />`;
  return view.state === 'silent' ? null : html`<p class="muted">${t(`test.view.${view.state}`)}</p>`;
}

const MOST_ATTEMPTS = 3;
const MOST_PAIRS = 12;
const counted = (n) => (n < 0 ? '?' : number(n));

/** What the transports tell of their last attempts: from where to where, and what came of it. */
function Tried({ attempts, title }) {
  if (attempts.length === 0) return html`<p class="muted">${t(title === 'test.tried' ? 'test.noneTried' : 'test.noneTriedThere')}</p>`;
  const place = (one) => (one ? html`<bdi dir="ltr">${clean(one.address, 60)}</bdi> (${t(`candidate.${one.kind}`)})` : '?');
  const outcome = (one) => (one.failure ? t('test.failed', { why: clean(one.failure, 300) }) : t(one.endedAt ? 'test.connected' : 'test.underWay'));
  return html`<details class="tried"><summary>${t(title)}</summary>${attempts.slice(0, MOST_ATTEMPTS).map((one) => html`<section key=${one.startedAt}>
    <p>${t('test.attempt', { when: time(one.startedAt), transport: clean(one.transport, 40), outcome: outcome(one) })}</p>
    <ul class="plain muted">${one.pairs.slice(0, MOST_PAIRS).map((pair, i) => html`<li key=${i}>${place(pair.own)} → ${place(pair.peers)}: ${t(`pair.${pair.state}`)}${pair.why ? ` – ${clean(pair.why, 200)}` : ''}${pair.sent >= 0 ? html`<span class="numbers">, ${t('test.counts', { sent: counted(pair.sent), answered: counted(pair.answered), came: counted(pair.received) })}</span>` : ''}</li>`)}
      ${one.pairs.length > MOST_PAIRS && html`<li>${t('test.more', { n: one.pairs.length - MOST_PAIRS })}</li>`}
      ${one.problems.map((problem, i) => html`<li key=${`problem ${i}`}><bdi dir="ltr">${clean(problem.server, 80)}</bdi>: ${clean(problem.text, 200) || t('test.noAnswer')}</li>`)}</ul></section>`)}</details>`;
}

/** What is found while it is not known yet whether the two will meet. */
const UNDECIDED = ['connected', 'under-way', 'not-tried'];

const TOGETHER = ['syncing', 'in-sync', 'held-up'];

function stepsOf(status, device, found) {
  if (!status) return [];
  const own = [partStep('words', 'identity', ['#/pairing', t('pairing.title')]), partStep('storage', 'storage', ['#/parts', t('nav.parts')]),
    partStep('transport', 'transport', ['#/parts', t('nav.parts')]), searchStep()];
  const able = own.every((step) => step.state === 'ok');
  if (device) return [...own, ...linkSteps(device, able)];
  const seen = (status.peers ?? []).filter((peer) => peer.state !== 'gone').length;
  return [...own, seen > 0 ? { name: 'seen', state: 'ok', text: count('devices', seen) } : { name: 'seen', state: 'open', text: t('test.nobody') }, ...elsewhere()];

  function partStep(name, kind, link) {
    const bad = status.parts.find((part) => part.kind === kind && ['failed', 'missing'].includes(part.state));
    const starting = status.parts.some((part) => part.kind === kind && part.state === 'starting');
    const { cause, remedy } = bad ? troubleOf(bad) : {};
    return bad ? { name, state: 'bad', text: cause, remedy, link } : { name, state: starting ? 'open' : 'ok' };
  }

  /** By hand nobody is found who is not already sought. */
  function searchStep() {
    const bad = partStep('discovery', 'discovery', ['#/parts', t('nav.parts')]);
    const places = (status.discoveries ?? []).filter((one) => one.name !== 'manual');
    const joined = places.some((one) => one.state === 'joined');
    const text = places.map((one) => `${clean(one.name, 40)}: ${clean(languageTag() === 'en' && one.why ? one.why : t(`discovery.${one.state}`), 300)}`).join(' · ');
    if (bad.state !== 'ok' || joined) return { ...bad, text: bad.text ?? text };
    const waits = places.some((one) => one.state === 'joining');
    return { name: 'discovery', state: waits ? 'open' : 'bad', text: text || t('test.nowhere'), remedy: t('test.elsewhereRemedy'), link: ['#/pairing?by=hand', t('devices.byHand')] };
  }

  function elsewhere() {
    return [{ name: 'on', state: 'open', text: t('test.onText') }, { name: 'same', state: 'open', text: t('test.sameText') }, { name: 'place', state: 'open', text: t('test.placeText') }];
  }

  function linkSteps(device, able) {
    const state = device.state;
    if (state === 'gone') {
      const since = device.since ? t('test.goneSince', { since: when(device.since) }) : t('test.notSeen');
      return [{ name: 'seen', state: able ? 'bad' : 'open', text: since, remedy: t('test.notSeen') }, ...elsewhere()];
    }
    const together = TOGETHER.includes(state);
    const why = clean(device.why, 600);
    // An attempt that failed is followed by another one, which seldom does better.
    const fails = state === 'unreachable' || (state === 'connecting' && found && !UNDECIDED.includes(found.findings[0].code));
    return [
      { name: 'seen', state: 'ok' },
      { name: 'channel', state: together || state === 'refused' ? 'ok' : fails ? 'bad' : 'open',
        text: together ? t('test.by', { transport: clean(device.transport ?? '', 40) }) : state === 'unreachable' && !found ? why : state === 'connecting' && !fails ? t('state.connecting') : '',
        findings: !together && state !== 'refused' ? found?.findings : null, remedy: clean(device.transportNote, 500), link: ['#/pairing?by=hand', t('devices.byHand')] },
      { name: 'proof', state: together ? 'ok' : state === 'refused' ? 'bad' : 'open', text: state === 'refused' ? why : '', link: ['#/pairing', t('pairing.title')] },
      { name: 'sync', state: state === 'in-sync' ? 'ok' : state === 'held-up' ? 'bad' : 'open', text: together ? sentence(device) : '' },
    ];
  }
}
