// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// What the node is made of, and the settings of each part, checked by the node before they are stored.

import { html, useEffect, useRef, useState } from './lib/htm-preact.js';
import { known, t } from './strings.js';
import { clean, number, when } from './format.js';
import { ask, Button, Dialog, Icon, nameOf, Problem, say, sayProblem, Trouble, Waiting } from './pieces.js';
import { ended, post, put, remove, useData, useStatus } from './api.js';
import { sentence } from './devices.js';

export function Parts() {
  const { data, problem, waiting, reload } = useData('parts', ['status']);
  const { status } = useStatus();
  const bundles = (data?.bundles ?? []).filter((one) => one.seams.length > 0);
  const seams = [...new Set(bundles.map(seamOf))].sort();
  const turn = (bundle, what) => post(`parts/${encodeURIComponent(bundle.name)}/${what}`).then(() => (say(t(`parts.did.${what}`, { name: short(bundle) }), null, 6), reload()), sayProblem);
  const ill = (data?.parts ?? []).filter((part) => ['failed', 'missing', 'degraded'].includes(part.state));
  return html`<div class="page"><header class="page-head"><h1>${t('nav.parts')}</h1><p class="muted">${t('parts.text')}</p></header>
    <${Problem} problem=${problem} again=${reload} /><${Waiting} when=${waiting} />
    ${ill.map((part) => html`<${Trouble} key=${`${part.kind} ${part.name}`} part=${part}><strong>${clean(part.name || part.kind, 80)}</strong> <//>`)}
    ${seams.map((seam) => html`<section key=${seam}><h2>${known(`seam.${seam}`) ? t(`seam.${seam}`) : clean(seam, 60)}</h2>
      <ul class="lines">${bundles.filter((one) => seamOf(one) === seam).map((one) => html`<${One} key=${one.name} bundle=${one} turn=${turn} done=${reload} others=${bundles.filter((other) => other.name !== one.name && other.swappable && SWAPPED.some((kind) => one.seams.includes(kind) && other.seams.includes(kind)))} storages=${status?.storages ?? []} />`)}</ul></section>`)}
    ${status?.failures?.length > 0 && html`<section><h2>${t('parts.failures')}</h2><ul class="lines">${status.failures.slice(0, 20).map((one) => html`<li key=${one.at + one.what}>
      <span>${clean(one.what, 800)} ${one.times > 1 && html`<span class="muted numbers">× ${number(one.times)}</span>`}</span><span class="muted numbers">${when(one.at)}</span></li>`)}</ul></section>`}
    ${status && html`<p class="muted">${t('parts.since', { when: when(status.startedAt) })}</p>`}
    <section><h2>${t('parts.browsers')}</h2><p>${t('parts.browsersText')}</p><div class="buttons">
      <${Button} label=${t('parts.closeAll')} onClick=${() => remove('sessions').then(() => location.reload(), sayProblem)} /></div></section>
  </div>`;
}

/** What a bundle is there for. Ours are named after it; of others it is the first seam that they fill. */
function seamOf(bundle) {
  const own = bundle.own ? short(bundle).split('.')[0] : '';
  return bundle.seams.includes(own) || known(`seam.${own}`) ? own : (bundle.seams.find((seam) => seam !== 'sync') ?? bundle.seams[0]);
}

const short = (bundle) => clean(bundle.name.replace(/^org\.chroniclesync\./, ''), 80);

/** Of these a node can use several, so another one is there before the first goes. */
const SWAPPED = ['storage', 'transport'];

function One({ bundle, turn, others, done, storages }) {
  const running = bundle.state === 'active' || bundle.state === 'starting';
  const role = bundle.seams.includes('storage') ? storages.find((one) => bundle.name.endsWith(`.${one.type}`))?.role : null;
  return html`<li class="part"><span><strong>${short(bundle)}</strong> ${role && html`<span class="badge">${t(`storage.${role}`)}</span>`}<span class="muted block">${clean(bundle.version, 60)}</span></span>
    <span class="muted">${known(`bundle.${bundle.state}`) ? t(`bundle.${bundle.state}`) : clean(bundle.state, 30)}</span>
    <span class="buttons">${bundle.settings.map((pid) => html`<${Button} key=${pid} icon="rules" iconOnly kind="quiet" label=${t('parts.settingsOf', { name: clean(pid.replace(/^org\.chroniclesync\./, ''), 80) })} onClick=${() => ask((close) => html`<${Settings} pid=${pid} close=${close} />`)} />`)}
      ${bundle.swappable && running && role !== 'standing by' && others.length > 0 && html`<${Button} icon="swap" iconOnly kind="quiet" label=${t('parts.swap', { name: short(bundle) })} onClick=${() => ask((close) => html`<${Swap} bundle=${bundle} others=${others} close=${close} done=${done} />`)} />`}
      ${bundle.swappable && (running
        ? html`<${Button} icon="pause" iconOnly kind="quiet" label=${t('parts.stop', { name: short(bundle) })} onClick=${() => ask((close) => html`<${Stop} bundle=${bundle} close=${close} turn=${turn} />`)} />`
        : html`<${Button} icon="play" iconOnly kind="quiet" label=${t('parts.start', { name: short(bundle) })} onClick=${() => turn(bundle, 'start')} />`)}</span></li>`;
}

/** One part for another, with what the sessions do meanwhile. */
function Swap({ bundle, others, close, done }) {
  const { status } = useStatus();
  const [by, choose] = useState(others[0].name);
  const [state, become] = useState({ kind: 'asks' });
  const gone = useRef(false);
  useEffect(() => () => {
    gone.current = true;
  }, []);
  const swap = (event) => {
    event.preventDefault();
    become({ kind: 'works', sentence: t('waiting') });
    post(`parts/${encodeURIComponent(bundle.name)}/swap`, { by }).then((work) => ended(work, () => gone.current, (now) => become({ kind: 'works', sentence: clean(now.sentence, 300) }))).then((work) => {
      done();
      if (work.state === 'running') return;
      become(work.state === 'done' ? { kind: 'done', sentence: clean(work.sentence, 300) } : { kind: 'asks', problem: { message: work.sentence } });
    }, (problem) => become({ kind: 'asks', problem }));
  };
  const peers = (status?.peers ?? []).filter((peer) => peer.state !== 'gone');
  return html`<${Dialog} title=${t('parts.swap', { name: short(bundle) })} onClose=${close}><form onSubmit=${swap}>
    ${state.kind === 'asks' && html`<p>${t('parts.swapText')}</p><label class="field">${t('parts.swapBy')}<select value=${by} onChange=${(event) => choose(event.target.value)}>
      ${others.map((one) => html`<option key=${one.name} value=${one.name}>${short(one)}</option>`)}</select></label><${Problem} problem=${state.problem} />`}
    ${state.kind !== 'asks' && html`<p role="status" class=${state.kind === 'done' ? 'good' : ''}>${state.kind === 'done' && html`<${Icon} name="check" /> `}${state.sentence}</p>`}
    <h3>${t('parts.sessions')}</h3>${peers.length === 0 ? html`<p class="muted">${t('parts.noSessions')}</p>` : html`<ul class="plain">${peers.slice(0, 12).map((peer) => html`<li key=${peer.peer}><bdi>${nameOf(peer)}</bdi> <span class="muted">${sentence(peer)}</span></li>`)}</ul>`}
    <div class="buttons end"><${Button} label=${state.kind === 'asks' ? t('cancel') : t('close')} onClick=${close} />${state.kind === 'asks' && html`<button class="button primary">${t('parts.swapAct')}</button>`}</div></form><//>`;
}

function Stop({ bundle, close, turn }) {
  return html`<${Dialog} title=${t('parts.stop', { name: short(bundle) })} onClose=${close}><p>${t('parts.stopText')}</p>
    <div class="buttons end"><${Button} label=${t('cancel')} onClick=${close} /><${Button} kind="danger" label=${t('parts.stopAct')} onClick=${() => (close(), turn(bundle, 'stop'))} /></div><//>`;
}

function Settings({ pid, close }) {
  const place = `parts/${encodeURIComponent(pid)}/settings`;
  const { data, problem } = useData(place);
  const [values, set] = useState({});
  const [refused, refuse] = useState(null);
  const submit = (event) => {
    event.preventDefault();
    put(place, { values }).then(() => (close(), say(t('parts.stored'), null, 5)), refuse);
  };
  return html`<${Dialog} title=${clean(data?.name, 100) || t('parts.settingsOf', { name: clean(pid, 60) })} onClose=${close} wide=${true}>
    <${Problem} problem=${problem} />${data?.description && html`<p>${clean(data.description, 800)}</p>`}
    <form onSubmit=${submit}>${(data?.settings ?? []).map((setting) => html`<${Setting} key=${setting.key} setting=${setting} value=${values[setting.key] ?? setting.value} change=${(value) => set({ ...values, [setting.key]: value })} />`)}
      ${data && !data.stored && html`<p>${t('parts.unset')}</p>`}<${Problem} problem=${refused} />
      <div class="buttons end"><${Button} label=${t('cancel')} onClick=${close} /><button class="button primary" disabled=${!data || (data.stored && Object.keys(values).length === 0)}>${t('save')}</button></div></form><//>`;
}

const lines = (value) => (Array.isArray(value) ? value.join('\n') : String(value ?? ''));

function Setting({ setting, value, change }) {
  const none = setting.default === null || setting.default === '' || (Array.isArray(setting.default) && setting.default.length === 0);
  const bounds = [setting.least != null && t('parts.least', { n: setting.least }), setting.most != null && t('parts.most', { n: setting.most }), !none && t('parts.default', { value: clean(lines(setting.default), 120) })].filter(Boolean).join(' · ');
  const about = `about-${setting.key}`;
  const shared = { 'aria-describedby': about };
  const field = setting.type === 'switch'
    ? html`<input ...${shared} type="checkbox" checked=${String(value) === 'true'} onChange=${(event) => change(event.target.checked)} />`
    : setting.choices?.length
      ? html`<select ...${shared} value=${value} onChange=${(event) => change(event.target.value)}>${setting.choices.map((one) => html`<option key=${one.value} value=${one.value}>${clean(one.label || one.value, 80)}</option>`)}</select>`
      : setting.several
        ? html`<textarea ...${shared} rows="3" value=${lines(value)} onInput=${(event) => change(event.target.value.split('\n').map((one) => one.trim()).filter(Boolean))}></textarea>`
        : html`<input ...${shared} type=${setting.type === 'secret' ? 'password' : setting.type === 'number' ? 'number' : 'text'} step="any" min=${setting.least} max=${setting.most} autocomplete="off" placeholder=${setting.type === 'secret' && setting.set ? t('parts.secretSet') : null}
            value=${lines(value)} onInput=${(event) => change(setting.type === 'number' && event.target.value !== '' ? Number(event.target.value) : event.target.value)} />`;
  const name = clean(setting.name || setting.key, 100);
  return html`<div class="setting"><label class=${setting.type === 'switch' ? 'check' : 'field'}>${setting.type === 'switch' ? html`${field}<span>${name}</span>` : html`${name}${field}`}</label>
    <p class="muted" id=${about}>${clean(setting.description, 600)} ${bounds}</p></div>`;
}
