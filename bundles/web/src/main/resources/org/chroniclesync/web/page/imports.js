// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// Where visits come from: the browsers of this computer, and files.

import { html, useEffect, useRef, useState } from './lib/htm-preact.js';
import { known, t } from './strings.js';
import { clean, number, span, when } from './format.js';
import { Button, count, Icon, Problem, Progress, say, sayProblem, Waiting } from './pieces.js';
import { ended, get, once, path, post, put, remove, upload, useData, useEvent } from './api.js';

export function Imports() {
  return html`<div class="page"><header class="page-head"><h1>${t('nav.imports')}</h1></header><${Profiles} /><${Files} onward /><${Export} /></div>`;
}

const reason = (name) => (known(`skip.${name}`) ? t(`skip.${name}`) : name.toLowerCase().replaceAll('_', ' '));

function Skipped({ skipped }) {
  const left = Object.entries(skipped ?? {}).filter(([, n]) => n > 0);
  if (left.length === 0) return null;
  const all = left.reduce((sum, [, n]) => sum + n, 0);
  return html`<details><summary>${t('imports.left', { n: all })}</summary><dl class="pairs narrow">${left.map(([name, n]) => html`<dt class="numbers" key=${name}>${number(n)}</dt><dd>${reason(name)}</dd>`)}</dl></details>`;
}

export function Profiles() {
  const { data, problem, waiting, reload } = useData('profiles', ['visits', 'status']);
  const profiles = data?.profiles ?? [];
  return html`<section><h2>${t('imports.browsers')}</h2><${Problem} problem=${problem} again=${reload} /><${Waiting} when=${waiting} />
    ${data && profiles.length === 0 && html`<p class="muted">${t('imports.noBrowsers')}</p>`}
    <ul class="cards">${profiles.map((profile) => html`<li class="card" key=${profile.path}>
      <div class="card-head"><h3>${clean(profile.browser, 60) || t('imports.noProfile')}</h3><span class="muted numbers">${count('visits', profile.imported ?? 0)}</span></div>
      <p class="address muted"><bdi dir="ltr">${clean(profile.path, 400)}</bdi></p>
      ${profile.problem ? html`<p class="bad"><${Icon} name="warning" /> ${clean(profile.problem, 600)}</p>` : html`<p class="muted">${profile.lastRun ? t('imports.read', { when: when(profile.lastRun) }) : t('imports.reading')}</p>`}
      ${profile.vanished > 0 && html`<${Vanished} profile=${profile} reload=${reload} />`}
      <${Skipped} skipped=${profile.skipped} /></li>`)}</ul><${Deletions} /></section>`;
}

/** Visits that are not in the browser any more: more than a person deletes by the way, or of another profile. */
function Vanished({ profile, reload }) {
  const [busy, set] = useState(false);
  const settle = (remove) => {
    set(true);
    post('profiles/settle', { path: profile.path, delete: remove })
      .then((work) => ended(work))
      .then((work) => {
        say(work.state === 'done' ? t(remove ? 'vanished.deleted' : 'vanished.kept', { visits: count('visits', profile.vanished) }) : clean(work.sentence, 500));
        reload();
      }, sayProblem)
      .finally(() => set(false));
  };
  return html`<div class="notice"><${Icon} name="warning" /><div><p>${t('vanished.text', { n: profile.vanished, count: number(profile.vanished) })}</p>
    <div class="buttons"><${Button} kind="danger" label=${t('vanished.delete')} disabled=${busy} onClick=${() => settle(true)} /><${Button} label=${t('vanished.keep')} disabled=${busy} onClick=${() => settle(false)} /></div></div></div>`;
}

const IMPORTER = 'parts/org.chroniclesync.importer.browser/settings';

/** What becomes of what a person deletes in a browser. A node without the importer has nothing to say here. */
function Deletions() {
  const { data, reload } = useData(IMPORTER);
  const now = data?.settings.find((setting) => setting.key === 'deletions')?.value;
  if (!now) return null;
  const choose = (value) => put(IMPORTER, { values: { deletions: value } }).then(() => (say(t('parts.stored'), null, 5), reload()), sayProblem);
  return html`<fieldset class="card choice"><legend>${t('deletions.title')}</legend>
    ${['keep', 'follow'].map((value) => html`<label class="check" key=${value}><input type="radio" name="deletions" value=${value} checked=${now === value} onChange=${() => choose(value)} /><span>${t(`deletions.${value}`)}</span></label>`)}
    <p class="muted">${t('deletions.text')}</p></fieldset>`;
}

/** Files given to the page go to the node as they are, one after the other. Onward there is a way to what came of it. */
export function Files({ onward = false }) {
  const [work, set] = useState([]);
  const [over, hover] = useState(false);
  const [sending, send] = useState(null);
  const [refused, refuse] = useState([]);
  const input = useRef(null);
  const note = (one) => one?.kind === 'import' && set((before) => [one, ...before.filter((other) => other.id !== one.id)]);
  useEffect(() => {
    get('work').then((data) => set((data.work ?? []).filter((one) => one.kind === 'import')), () => {});
  }, []);
  useEvent('work', note);
  const running = work.filter((one) => one.state === 'running').map((one) => one.id).join();
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => running.split(',').forEach((id) => get(`work/${id}`).then(note, () => {})), 1000);
    return () => clearInterval(timer);
  }, [running]);
  const give = async (files) => {
    refuse([]);
    for (const file of files) {
      send(file.name);
      await upload(path('import', { name: file.name.slice(0, 200) }), file).then(note, (problem) => refuse((before) => [...before, { file, problem }]));
    }
    send(null);
  };
  return html`<section><h2>${t('imports.files')}</h2>
    <div class="drop ${over ? 'over' : ''}" onDragOver=${(event) => (event.preventDefault(), hover(true))} onDragLeave=${() => hover(false)}
      onDrop=${(event) => (event.preventDefault(), hover(false), give([...event.dataTransfer.files]))}>
      <p>${sending ? t('imports.sending', { name: clean(sending, 60) }) : t('imports.drop')}</p><p class="muted">${t('imports.kinds')}</p>
      <div class="buttons center"><${Button} icon="imports" label=${t('imports.choose')} onClick=${() => input.current.click()} disabled=${sending !== null} /></div>
      <input ref=${input} type="file" multiple hidden aria-label=${t('imports.choose')} onChange=${(event) => (give([...event.target.files]), (event.target.value = ''))} /></div>
    <ul class="cards">${refused.map(({ file, problem }, i) => html`<li class="card" key=${`refused ${i}`}><h3><bdi>${clean(file.name, 160)}</bdi></h3><${Problem} problem=${problem} /></li>`)}
      ${work.map((one) => html`<${Work} key=${one.id} work=${one} />`)}</ul>
    ${onward && work.some((one) => one.state === 'done' && one.visits > 0) && html`<div class="buttons"><a class="button" href="#/timeline">${t('welcome.show')}</a></div>`}</section>`;
}

export function Work({ work }) {
  const seconds = (Date.now() - Date.parse(work.startedAt)) / 1000;
  const rate = seconds > 1 ? Math.round(work.visits / seconds) : 0;
  const rest = work.total > work.done && work.done > 0 && seconds > 2 ? (seconds * (work.total - work.done)) / work.done : null;
  const files = work.result?.files ?? [];
  // Of a file that cannot be read its problem is all there is to say.
  const unread = work.state === 'done' && work.visits === 0 && files.length > 0 && files.every((file) => file.problem && !file.imported);
  return html`<li class="card"><div class="card-head"><h3><bdi>${clean(files.length === 1 ? files[0].source : work.name ?? t('imports.progress'), 160)}</bdi></h3>
      ${work.state === 'running' && html`<${Button} label=${t('cancel')} onClick=${() => remove(`work/${work.id}`).catch(sayProblem)} />`}</div>
    ${work.state === 'running'
      ? html`<${Progress} label=${t('imports.progress')} done=${work.done} total=${work.total} text=${[count('visits', work.visits), rate > 0 && t('rate', { n: rate }), rest !== null && t('imports.rest', { span: span(rest) })].filter(Boolean).join(' · ')} />`
      : !unread && html`<p class=${work.state === 'failed' ? 'bad' : ''}>${work.state === 'failed' ? clean(work.sentence, 800) : t(`imports.${work.state}`, { visits: count('visits', files.reduce((sum, file) => sum + (file.imported ?? 0), 0) || work.visits) })}</p>`}
    ${files.slice(0, 40).map((file, i) => html`<div key=${i}>${files.length > 1 && html`<p><bdi>${clean(file.source, 160)}</bdi> <span class="muted numbers">${count('visits', file.imported ?? 0)}</span></p>`}
      ${file.format && html`<p class="muted">${clean(file.format, 120)}</p>`}${file.problem && html`<p class="bad">${clean(file.problem, 600)}</p>`}<${Skipped} skipped=${file.skipped} /></div>`)}</li>`;
}

async function download(format) {
  const link = document.createElement('a');
  link.href = await once('export', { format });
  link.download = `history.${format}`;
  link.click();
}

function Export() {
  return html`<section><h2>${t('export.title')}</h2><p>${t('export.text')}</p><div class="buttons">
    ${['ndjson', 'csv', 'html'].map((format) => html`<${Button} key=${format} label=${t(`export.${format}`)} onClick=${() => download(format).catch(sayProblem)} />`)}</div></section>`;
}
