// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// The frame: the search field on top, the way between pages at the left or below, and the pill that tells how it is.

import { html, render, useEffect, useErrorBoundary, useMemo, useRef, useState } from './lib/htm-preact.js';
import { LANGUAGES, languageTag, loadLanguage, t } from './strings.js';
import { ask, Asked, Button, Dialog, Icon, learnLabels, nameOf, sayProblem, Sayings, useKeys } from './pieces.js';
import { halfDays } from './format.js';
import { get, node, remove, useStatus } from './api.js';
import { keepFocus } from './focus.js';
import { go, useRoute } from './router.js';
import { Timeline } from './timeline.js';
import { Search, SearchField } from './search.js';
import { Deleted } from './deletion.js';
import { Devices } from './devices.js';

// What is not needed for the first look is loaded when it is gone to.
const later = (file, name) => {
  let loaded = null;
  let failed = false;
  return function Later(properties) {
    const [, again] = useState(0);
    useEffect(() => {
      if (loaded) return;
      import(file).then((module) => {
        loaded = module[name];
        failed = false;
        again((n) => n + 1);
      }, () => {
        failed = true;
        again((n) => n + 1);
      });
    }, []);
    if (loaded) return html`<${loaded} ...${properties} />`;
    return failed ? html`<div class="page"><p>${t('silence.cause')} ${t('silence.remedy')}</p></div>` : null;
  };
};

const PAGES = {
  timeline: Timeline,
  search: Search,
  deleted: Deleted,
  devices: Devices,
  insights: later('./insights.js', 'Insights'),
  rules: later('./rules.js', 'Rules'),
  imports: later('./imports.js', 'Imports'),
  parts: later('./parts.js', 'Parts'),
  pairing: later('./pairing.js', 'Pairing'),
  welcome: later('./welcome.js', 'Welcome'),
  share: later('./share.js', 'Share'),
  more: More,
};

const WAYS = ['timeline', 'insights', 'devices', 'rules', 'imports', 'parts'];
const BELOW = ['timeline', 'insights', 'devices', 'more'];
const UNDER_MORE = ['rules', 'imports', 'parts', 'more'];

/** The page from which one comes to these, so that the way back stays marked. */
const BELONGS = { deleted: 'timeline', pairing: 'devices', share: 'devices' };
const marked = (name, route) => (route.name === name || (name === 'more' && UNDER_MORE.includes(route.name)) ? 'page' : BELONGS[route.name] === name ? 'true' : null);

// What opens the account or the computer to others is for whoever sits at the computer.
const ONLY_THERE = ['imports', 'parts', 'pairing', 'welcome', 'share'];
const isHere = (name) => node.place !== 'house' || !ONLY_THERE.includes(name);

const SignIn = later('./signin.js', 'SignIn');

function OnlyThere() {
  return html`<div class="page"><div class="empty"><h1>${t('onlyThere.title')}</h1><p>${t('onlyThere.text')}</p></div></div>`;
}

function Way({ name, here }) {
  return html`<a href=${`#/${name}`} class="way-to" aria-current=${here ?? null}><${Icon} name=${name} /><span>${t(`nav.${name}`)}</span></a>`;
}

/** What the pill says, and whether it is bad. */
function verdict(status, connection) {
  if (connection === 'gone') return { kind: 'bad', text: t('pill.gone') };
  if (!status) return { kind: 'open', text: t('pill.starting') };
  if (status.changing) return { kind: 'open', text: t('pill.changing') };
  const trouble = status.troubles.find((part) => part.state !== 'degraded');
  if (!status.store) return { kind: (status.parts ?? []).some((part) => part.state === 'starting') ? 'open' : 'bad', text: t('pill.storage') };
  if (trouble) return { kind: 'bad', text: t(trouble.kind === 'identity' ? 'pill.words' : 'pill.trouble') };
  const of = (...states) => (status.peers ?? []).filter((peer) => states.includes(peer.state));
  const stuck = of('unreachable', 'refused', 'held-up');
  if (stuck.length === 1) return { kind: 'bad', text: t('pill.oneStuck', { name: nameOf(stuck[0]) }) };
  if (stuck.length > 1) return { kind: 'bad', text: t('pill.stuck', { n: stuck.length }) };
  const syncing = of('syncing');
  if (syncing.length > 0) {
    const [total, done] = ['total', 'done'].map((name) => syncing.reduce((sum, peer) => sum + (peer[name] ?? 0), 0));
    return { kind: 'open', text: total > 0 ? t('pill.syncingTo', { percent: Math.floor((100 * done) / total) }) : t('pill.syncing') };
  }
  const inSync = of('in-sync').length;
  if (inSync > 0) return { kind: 'good', text: t('pill.inSync', { n: inSync + 1 }) };
  if (of('connecting').length > 0) return { kind: 'open', text: t('pill.connecting') };
  return { kind: 'open', text: t((status.peers ?? []).length > 0 ? 'pill.away' : 'pill.alone') };
}

function Pill() {
  const { status, connection } = useStatus();
  const { kind, text } = verdict(status, connection);
  return html`<a class="pill ${kind}" href="#/devices"><span class="pill-dot" aria-hidden="true"></span><span>${text}</span></a>`;
}

function Gone() {
  const { connection } = useStatus();
  if (connection === 'locked' && node.way === 'password') return html`<div class="banner" role="alert"><${Icon} name="warning" /><p><strong>${t('locked.since')}</strong> ${t('signIn.again')}</p><${Button} label=${t('signIn.act')} onClick=${() => location.reload()} /></div>`;
  if (connection === 'locked') return html`<div class="banner" role="alert"><${Icon} name="warning" /><p><strong>${t('locked.since')}</strong> ${t('locked.again')} <code>./chroniclesync open</code></p></div>`;
  return connection === 'gone' && html`<div class="banner" role="alert"><${Icon} name="warning" /><p><strong>${t('silence.cause')}</strong> ${t('silence.stays')}</p></div>`;
}

function Locked() {
  if (node.way === 'password') return html`<${SignIn} />`;
  return html`<main class="locked"><h1>${t('locked.title')}</h1><p>${t('locked.text')}</p><p><code>./chroniclesync open</code></p><p class="muted">${t('locked.why')}</p></main>`;
}

function applyTheme() {
  const theme = localStorage.getItem('theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

function Appearance() {
  const [theme, set] = useState(localStorage.getItem('theme') ?? '');
  return html`<div class="appearance"><label><span>${t('appearance.theme')}</span><select value=${theme} onChange=${(event) => {
    localStorage.setItem('theme', event.target.value);
    set(event.target.value);
    applyTheme();
  }}><option value="">${t('appearance.system')}</option><option value="light">${t('appearance.light')}</option><option value="dark">${t('appearance.dark')}</option></select></label>
  <label><span>${t('appearance.language')}</span><select value=${languageTag()} onChange=${(event) => {
    localStorage.setItem('language', event.target.value);
    location.reload();
  }}>${Object.entries(LANGUAGES).map(([tag, name]) => html`<option key=${tag} value=${tag} lang=${tag}>${name}</option>`)}</select></label></div>`;
}

/** For whoever borrows a device. */
function SignOut() {
  return html`<${Button} label=${t('signIn.out')} onClick=${() => remove('session').then(() => location.reload(), sayProblem)} />`;
}

function More() {
  return html`<div class="page"><h1>${t('nav.more')}</h1><ul class="menu">${['rules', 'imports', 'parts'].filter(isHere).map((name) => html`<li key=${name}><${Way} name=${name} /></li>`)}
    ${isHere('pairing') && html`<li><a class="way-to" href="#/pairing"><${Icon} name="pair" /><span>${t('pairing.title')}</span></a></li><li><a class="way-to" href="#/share"><${Icon} name="phone" /><span>${t('nav.share')}</span></a></li>`}
    <li><a class="way-to" href="#/deleted"><${Icon} name="undo" /><span>${t('deleted.title')}</span></a></li></ul><${Appearance} />
    ${node.place === 'house' && html`<div class="buttons"><${SignOut} /></div>`}</div>`;
}

const KEYS = [['/', 'search'], ['j  k', 'move'], ['Enter', 'open'], ['o', 'outside'], ['x', 'delete'], ['u', 'undo'], ['Esc', 'close'], ['g t', 'timeline'], ['g i', 'insights'], ['g d', 'devices'], ['?', 'help']];

function Help({ close }) {
  return html`<${Dialog} title=${t('keys.title')} onClose=${close}><dl class="pairs">${KEYS.map(([keys, what]) => html`<dt key=${what}><kbd>${keys}</kbd></dt><dd>${t(`keys.${what}`)}</dd>`)}</dl><//>`;
}

function Page({ route }) {
  const [error, reset] = useErrorBoundary((problem) => console.error(problem));
  useEffect(() => {
    if (error) reset();
  }, [route.name]);
  if (error) return html`<div class="page"><div class="empty"><h2>${t('page.failed')}</h2><p>${t('page.failedText')}</p><div class="buttons"><${Button} label=${t('again')} onClick=${reset} /></div></div></div>`;
  if (!isHere(route.name)) return html`<${OnlyThere} />`;
  const Shown = PAGES[route.name] ?? Timeline;
  return html`<${Shown} query=${route.query} />`;
}

/** So long a second key goes on from the first, in milliseconds. */
const GOING = 1200;

function App() {
  const route = useRoute();
  const { status, connection } = useStatus();
  const [leading, lead] = useState(false);
  useEffect(() => {
    if (route.name === 'welcome' || leading || !status?.store) return;
    lead(true);
    if (isHere('welcome') && route.name === 'timeline' && (status.account === false || (status.visits === 0 && !localStorage.getItem('welcomed')))) go.replace('welcome');
  }, [status, route.name]);
  useEffect(() => {
    document.title = route.name === 'search' && route.query.q ? `${route.query.q.slice(0, 80)} – ChronicleSync` : `${t(`nav.${PAGES[route.name] ? route.name : 'timeline'}`)} – ChronicleSync`;
  }, [route]);
  // The key before counts at once, not when the page is drawn anew.
  const going = useRef(0);
  const goKey = (name) => () => {
    if (Date.now() - going.current > GOING) return false;
    going.current = 0;
    return go.to(name);
  };
  useKeys({
    '?': () => ask((close) => html`<${Help} close=${close} />`),
    g: () => {
      going.current = Date.now();
    },
    t: goKey('timeline'), i: goKey('insights'), d: goKey('devices'), r: goKey('rules'), p: goKey('parts'),
  });
  const [named, name] = useState(false);
  useEffect(() => {
    devices.then((data) => {
      learnLabels(data.profiles ?? []);
      name(true);
    }, () => {});
  }, []);
  // The state of the node changes all the time: a page that shows it asks for it, and no other is drawn anew.
  const page = useMemo(() => html`<${Page} route=${route} />`, [route, node.place, named]);
  if (connection === 'locked' && !status) return html`<${Locked} />`;
  return html`
    <a class="skip" href="#main" onClick=${(event) => (event.preventDefault(), document.getElementById('main').focus())}>${t('skip')}</a>
    <header class="top"><a class="brand" href="#/timeline" aria-label=${t('nav.home')}><img src="/icon.svg" alt="" width="24" height="24" /><span>ChronicleSync</span></a><${SearchField} route=${route} /><${Pill} /></header>
    <nav class="rail" aria-label=${t('nav.label')}>${WAYS.filter(isHere).map((name) => html`<${Way} key=${name} name=${name} here=${marked(name, route)} />`)}<div class="push"></div>${node.place === 'house' && html`<${SignOut} />`}<${Appearance} /></nav>
    <main id="main" tabindex="-1"><${Gone} />${page}</main>
    <nav class="below" aria-label=${t('nav.label')}>${BELOW.map((name) => html`<${Way} key=${name} name=${name} here=${marked(name, route)} />`)}</nav>
    <${Sayings} /><${Asked} />`;
}

applyTheme();
keepFocus();
const devices = get('devices');
devices.catch(() => {});
const asked = new URLSearchParams(location.search).get('q');
if (asked !== null) history.replaceState(null, '', `/${go.path('search', { q: asked })}`);
node.open();
await loadLanguage();
document.documentElement.classList.toggle('half-days', halfDays());
render(html`<${App} />`, document.getElementById('app'));
