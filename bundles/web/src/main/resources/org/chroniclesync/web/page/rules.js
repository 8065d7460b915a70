// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// What is not kept, and for how long the rest is. A rule shows what it would hit before it stands.

import { html, useEffect, useState } from './lib/htm-preact.js';
import { known, t } from './strings.js';
import { clean, number, readable } from './format.js';
import { ask, Button, count, Dialog, Problem, say, sayProblem, Waiting } from './pieces.js';
import { ended, get, path, post, remove, useData } from './api.js';

const KINDS = ['host', 'pattern', 'regex', 'scheme', 'months', 'secrets'];

const inWords = (rule) => {
  const months = rule.kind === 'months' && /^(\d+)(?: (host|device) (.+))?$/.exec(rule.text);
  if (months) return t(months[2] === 'host' ? 'rule.monthsHost' : months[2] === 'device' ? 'rule.monthsDevice' : 'rule.months', { n: Number(months[1]), what: clean(months[3] ?? '', 100) });
  return known(`rule.${rule.kind}`) ? t(`rule.${rule.kind}`, { what: clean(rule.text, 200) }) : `${rule.kind} ${clean(rule.text, 200)}`;
};

export function Rules() {
  const { data, problem, waiting, reload } = useData('rules', ['status']);
  const rules = data?.rules ?? [];
  const drop = (rule) => remove(path('rules', { kind: rule.kind, text: rule.text, scope: rule.scope })).then(() => (reload(), say(t('rules.removed'), {
    label: t('undo'), act: () => post('rules', { kind: rule.kind, text: rule.text, scope: rule.scope }).then(reload, sayProblem),
  })), sayProblem);
  const list = (title, some) => some.length > 0 && html`<section><h2>${title}</h2><ul class="lines">${some.map((rule) => html`<li key=${`${rule.scope} ${rule.kind} ${rule.text}`}>
    <span><bdi>${inWords(rule)}</bdi></span><span class="muted">${t(`rules.${rule.scope}`)}</span>
    <${Button} icon="bin" iconOnly kind="quiet" label=${t('rules.remove', { rule: inWords(rule) })} onClick=${() => drop(rule)} /></li>`)}</ul></section>`;
  return html`<div class="page"><header class="page-head"><h1>${t('nav.rules')}</h1><p class="muted">${t('rules.text')}</p></header>
    <${Problem} problem=${problem} again=${reload} /><${Waiting} when=${waiting} />
    <${NewRule} done=${reload} />
    ${list(t('rules.never'), rules.filter((rule) => rule.kind !== 'months'))}
    ${list(t('rules.retention'), rules.filter((rule) => rule.kind === 'months'))}
    ${data && rules.length === 0 && html`<p class="muted">${t('rules.none')}</p>`}
    ${rules.length > 0 && html`<section><h2>${t('rules.apply')}</h2><p>${t('rules.applyText')}</p><div class="buttons"><${Button} label=${t('rules.applyLook')} onClick=${() => ask((close) => html`<${Apply} close=${close} />`)} /></div></section>`}
  </div>`;
}

function NewRule({ done }) {
  const [rule, set] = useState({ kind: 'host', text: '', scope: 'account' });
  const [hits, hit] = useState(null);
  const [problem, setProblem] = useState(null);
  const text = rule.kind === 'secrets' ? 'keep' : rule.text.trim();
  useEffect(() => {
    hit(null);
    setProblem(null);
    if (!text || rule.kind === 'secrets') return undefined;
    const asking = new AbortController();
    const timer = setTimeout(() => post('rules/preview', { kind: rule.kind, text }, { signal: asking.signal }).then(hit, (refused) => refused.name === 'AbortError' || setProblem(refused)), 250);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [rule.kind, text, rule.scope]);
  const submit = (event) => {
    event.preventDefault();
    post('rules', { kind: rule.kind, text, scope: rule.scope }).then(() => (set((now) => (now.text === rule.text ? { ...now, text: '' } : now)), say(t('rules.added'), null, 5), done()), setProblem);
  };
  return html`<form class="card" onSubmit=${submit}><h2>${t('rules.new')}</h2><div class="form-row">
      <label class="field">${t('rules.kind')}<select value=${rule.kind} onChange=${(event) => set({ ...rule, kind: event.target.value, text: '' })}>
        ${KINDS.map((kind) => html`<option key=${kind} value=${kind}>${t(`rules.kind.${kind}`)}</option>`)}</select></label>
      ${rule.kind !== 'secrets' && html`<label class="field grow">${t(`rules.label.${rule.kind}`)}<input value=${rule.text} maxlength="1000" autocomplete="off" spellcheck=${false} placeholder=${t(`rules.example.${rule.kind}`)} onInput=${(event) => set({ ...rule, text: event.target.value })} /></label>`}
      <label class="field">${t('rules.scope')}<select value=${rule.scope} onChange=${(event) => set({ ...rule, scope: event.target.value })}>
        <option value="account">${t('rules.account')}</option><option value="device">${t('rules.device')}</option></select></label></div>
    <div class="hits" aria-live="polite">${hits && html`<p>${hits.visits > 0 ? t(hits.complete === false ? 'rules.hitsOf' : 'rules.hits', { visits: count('visits', hits.visits), looked: number(hits.looked ?? 0) }) : t('rules.noHits')}</p>
      <ul class="plain muted">${(hits.pages ?? []).slice(0, 5).map((page) => html`<li class="cut" key=${page.url}><bdi dir="auto">${clean(page.title, 120) || readable(page.url, 120)}</bdi> <bdi dir="ltr">${clean(page.host, 80)}</bdi></li>`)}</ul>`}</div>
    <${Problem} problem=${problem} />
    <div class="buttons"><button class="button primary" disabled=${!text}>${t('rules.add')}</button></div></form>`;
}

function Apply({ close }) {
  const [preview, set] = useState(null);
  const [problem, setProblem] = useState(null);
  useEffect(() => {
    let stopped = false;
    post('rules/apply', { dryRun: true }).then((work) => ended(work, () => stopped)).then((work) => {
      if (work.state === 'done') set(work.result);
      else setProblem({ message: work.sentence });
    }, setProblem);
    return () => {
      stopped = true;
    };
  }, []);
  const act = () => {
    close();
    say(t('rules.applying'), null, 5);
    post('rules/apply', { dryRun: false }).then((work) => ended(work)).then((work) => say(work.state === 'done' ? t('rules.applied', { visits: count('visits', work.result?.visits ?? 0) }) : clean(work.sentence, 500)), sayProblem);
  };
  return html`<${Dialog} title=${t('rules.apply')} onClose=${close}>
    ${!preview && !problem && html`<p>${t('rules.looking')}</p>`}<${Problem} problem=${problem} />
    ${preview && html`<p>${t('rules.would', { visits: count('visits', preview.visits ?? 0), cut: number(preview.cut ?? 0) })}</p>`}
    <div class="buttons end"><${Button} label=${t('cancel')} onClick=${close} />
      <${Button} kind="danger" label=${t('rules.applyAct')} disabled=${!preview || (preview.visits === 0 && preview.cut === 0)} onClick=${act} /></div><//>`;
}
