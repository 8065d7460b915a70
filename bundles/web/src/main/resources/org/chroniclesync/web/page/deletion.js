// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// Taking visits out, on all devices: at once and undone in place where they are few, after a question where they are
// many; and what was deleted lately, with how far that has got.

import { html, useEffect, useState } from './lib/htm-preact.js';
import { t } from './strings.js';
import { clean, number, time, when } from './format.js';
import { ask, Button, count, Dialog, Empty, nameOf, Problem, say, sayProblem, Waiting } from './pieces.js';
import { get, post, useData } from './api.js';

const ASKED_ABOVE = 100;
const TYPED_ABOVE = 10000;

const amount = (preview) =>
  t('delete.amount', { visits: count('visits', preview.visits), devices: count('devices', preview.devices?.length ?? 1) });

/**
 * Deletes what a selection holds. `gone` is told when it is to vanish from the page, and `back` what that returned when
 * it is to come back.
 * One visit needs no count.
 */
export async function erase(selection, { gone = () => {}, back = () => {}, single = false } = {}) {
  try {
    const preview = single ? { visits: 1, devices: [1] } : await post('deletions/preview', selection);
    if (preview.visits === 0) {
      say(t('delete.nothing'));
      return;
    }
    if (preview.visits > ASKED_ABOVE) {
      ask((close) => html`<${Question} preview=${preview} close=${close} act=${() => begin(selection, preview, gone, back)} />`);
      return;
    }
    await begin(selection, preview, gone, back);
  } catch (problem) {
    sayProblem(problem);
  }
}

async function begin(selection, preview, gone, back) {
  const hidden = gone();
  try {
    const deletion = await post('deletions', { ...selection, undoable: true, visits: preview.visits });
    say(t('delete.done', { what: preview.visits === 1 ? count('visits', 1) : amount(preview) }), {
      label: t('undo'),
      act: () => numberOf(deletion).then(undo).then((undone) => undone && back(hidden), sayProblem),
    });
  } catch (problem) {
    back(hidden);
    sayProblem(problem);
  }
}

/** A deletion that has just begun has no number yet. */
async function numberOf(deletion) {
  if (deletion.number) return deletion.number;
  const { deletions } = await get('deletions');
  return (deletions.find((one) => one.at === deletion.at) ?? deletions[0])?.number ?? 0;
}

export async function undo(number) {
  try {
    const deletion = await post(`deletions/${number}/undo`);
    if (deletion?.state === 'failed') {
      say(clean(deletion.problem, 500));
      return false;
    }
    say(t('delete.undone'), null, 4);
    return true;
  } catch (problem) {
    sayProblem(problem);
    return false;
  }
}

function Question({ preview, close, act }) {
  const [typed, type] = useState('');
  const typing = preview.visits > TYPED_ABOVE;
  const ready = !typing || typed.replace(/\D/g, '') === String(preview.visits);
  return html`<${Dialog} title=${t('delete.title')} onClose=${close}>
    <p>${t('delete.question', { amount: amount(preview), pages: count('pages', preview.pages ?? 0) })}</p>
    <ul class="plain">${(preview.devices ?? []).slice(0, 8).map((device) => html`<li><bdi>${nameOf(device)}</bdi> <span class="muted numbers">${number(device.visits)}</span></li>`)}</ul>
    ${typing && html`<label class="field">${t('delete.type', { number: number(preview.visits) })}
      <input inputmode="numeric" autocomplete="off" value=${typed} onInput=${(event) => type(event.target.value)} /></label>`}
    <p class="muted">${t('delete.undoable')}</p>
    <div class="buttons end"><${Button} label=${t('cancel')} onClick=${close} />
      <${Button} kind="danger" label=${t('delete.all', { n: preview.visits })} disabled=${!ready} onClick=${() => {
        close();
        act();
      }} /></div>
  <//>`;
}

/** "Never keep this site": the rule, and what is there of it already. */
export function neverKeep(host, gone = () => {}, back = () => {}) {
  ask((close) => html`<${Never} host=${host} close=${close} gone=${gone} back=${back} />`);
}

function Never({ host, close, gone, back }) {
  const [also, setAlso] = useState(false);
  const [problem, setProblem] = useState(null);
  const [preview, setPreview] = useState(null);
  useEffect(() => {
    post('deletions/preview', { host, below: true }).then(setPreview, setProblem);
  }, []);
  const act = async () => {
    try {
      await post('rules', { kind: 'host', text: host, scope: 'account' });
      close();
      say(t('never.done', { host: clean(host, 80) }));
      if (also) await erase({ host, below: true }, { gone, back });
    } catch (refused) {
      setProblem(refused);
    }
  };
  return html`<${Dialog} title=${t('never.title')} onClose=${close}>
    <p>${t('never.text', { host: clean(host, 80) })}</p>
    <label class="check"><input type="checkbox" checked=${also} onChange=${(event) => setAlso(event.target.checked)} />
      <span>${preview ? t('never.also', { amount: amount(preview) }) : t('never.counting')}</span></label>
    <${Problem} problem=${problem} />
    <div class="buttons end"><${Button} label=${t('cancel')} onClick=${close} />
      <${Button} kind="danger" label=${t('never.act')} onClick=${act} /></div>
  <//>`;
}

export function Deleted() {
  const { data, problem, waiting, reload } = useData('deletions', ['deletion', 'visits']);
  const list = data?.deletions ?? [];
  return html`<div class="page"><header class="page-head"><h1>${t('deleted.title')}</h1><p class="muted">${t('deleted.text')}</p></header>
    <${Problem} problem=${problem} again=${reload} /><${Waiting} when=${waiting} />
    ${data && list.length === 0 && html`<${Empty} title=${t('deleted.none')} text=${t('deleted.noneText')} />`}
    <ul class="cards">${list.map((deletion) => html`<${OneDeletion} key=${deletion.number} deletion=${deletion} reload=${reload} />`)}</ul>
  </div>`;
}

function OneDeletion({ deletion, reload }) {
  const lacking = deletion.lacking ?? [];
  const holding = deletion.holding ?? [];
  const names = (devices) => devices.slice(0, 4).map(nameOf).join(', ');
  return html`<li class="card">
    <div class="card-head"><div><strong>${count('visits', deletion.visits)}</strong> <span class="muted">${when(deletion.at)}</span></div>
      ${deletion.undoUntil && deletion.state === 'undoable' && html`<${Button} icon="undo" label=${t('undo')} onClick=${() => undo(deletion.number).then(reload)} />`}</div>
    <p>${t(`deletion.${deletion.state}`, { until: deletion.undoUntil ? time(deletion.undoUntil) : '' })}</p>
    ${deletion.problem && html`<p class="bad">${clean(deletion.problem, 500)}</p>`}
    ${['undoable', 'final', 'under way'].includes(deletion.state) && holding.length + lacking.length > 0 && html`<p class="muted">
      ${lacking.length === 0 ? t('deletion.everywhere') : t('deletion.waiting', { there: holding.length ? names(holding) : t('deletion.here'), missing: names(lacking) })}</p>`}
  </li>`;
}
