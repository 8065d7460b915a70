// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// The page for browsers of other devices in the house: on or off, how they find it, and who has signed in.

import { html, useEffect, useState } from './lib/htm-preact.js';
import { t } from './strings.js';
import { clean, moment } from './format.js';
import { Button, Icon, Problem, say, Waiting } from './pieces.js';
import { put, remove, useData } from './api.js';
import { Qr } from './pairing.js';

const LEAST = 10;

export function Share() {
  const { data, problem, waiting, reload } = useData('share', ['status']);
  const [failed, fail] = useState(null);
  useEffect(() => {
    // Nobody tells of those who sign in.
    const timer = setInterval(reload, 3000);
    return () => clearInterval(timer);
  }, []);
  const act = (promise, done) => promise.then(() => (fail(null), done && say(done, null, 5), reload()), fail);
  return html`<div class="page"><header class="page-head"><h1>${t('nav.share')}</h1><p class="muted">${t('share.text')}</p></header>
    <${Problem} problem=${problem} again=${reload} /><${Problem} problem=${failed} /><${Waiting} when=${waiting} />
    ${data && html`<${Switch} data=${data} act=${act} />${data.addresses.length > 0 && html`<${Ways} data=${data} />`}<${Guests} data=${data} act=${act} />`}</div>`;
}

function Switch({ data, act }) {
  const [changing, change] = useState(false);
  const turn = (on) => act(put('share', { on }), t(on ? 'share.isOn' : 'share.isOff'));
  return html`<section class="card" aria-labelledby="share-state"><div class="card-head"><h2 id="share-state">${t(data.addresses.length > 0 ? 'share.isOn' : 'share.isOff')}</h2>
      ${data.password && html`<div class="buttons">
        <${Button} kind=${data.on ? '' : 'primary'} label=${t(data.on ? 'share.turnOff' : 'share.turnOn')} onClick=${() => turn(!data.on)} />
        <${Button} label=${t('share.change')} onClick=${() => change(!changing)} /></div>`}</div>
    ${data.trouble && html`<p class="bad"><${Icon} name="warning" /> ${clean(data.trouble, 500)}</p>`}
    ${(!data.password || changing) && html`<${Password} first=${!data.password} save=${(password) => act(put('share', { password, on: !data.password || data.on }), t('share.saved')).then(() => change(false))} />`}
    <p class="muted">${t('share.guests')}</p></section>`;
}

function Password({ first, save }) {
  const [password, set] = useState('');
  const [again, setAgain] = useState('');
  const short = password.length > 0 && [...password].length < LEAST;
  const other = again.length > 0 && again !== password;
  const submit = (event) => {
    event.preventDefault();
    save(password);
  };
  return html`<form class="sign-in" onSubmit=${submit}><p>${t(first ? 'share.first' : 'share.anew')}</p>
    <label class="field">${t('signIn.password')}<input type="password" autocomplete="new-password" maxlength="256" value=${password} onInput=${(event) => set(event.target.value)} /></label>
    <label class="field">${t('share.again')}<input type="password" autocomplete="new-password" maxlength="256" value=${again} onInput=${(event) => setAgain(event.target.value)} /></label>
    <p role="status" class="muted">${short ? t('share.short', { n: LEAST }) : other ? t('share.differs') : ''}</p>
    <div class="buttons"><button class="button primary" disabled=${!password || short || again !== password}>${t(first ? 'share.setAndTurnOn' : 'save')}</button></div></form>`;
}

function Ways({ data }) {
  const [address, ...others] = data.addresses;
  const groups = data.fingerprint.match(/.{4}/g);
  return html`<section class="card" aria-labelledby="share-way"><h2 id="share-way">${t('share.way')}</h2>
    <div class="halves"><div><${Qr} text=${address} /><p><a href=${address}>${address}</a></p>
        ${others.length > 0 && html`<details><summary>${t('share.others')}</summary><ul>${others.map((one) => html`<li key=${one}><a href=${one}>${one}</a></li>`)}</ul></details>`}</div>
      <div><p>${t('share.compare')}</p><ol class="fingerprint">${groups.map((group, i) => html`<li key=${i}>${group}</li>`)}</ol>
        <p class="muted">${t('share.until', { day: moment(data.until) })}</p></div></div></section>`;
}

function Guests({ data, act }) {
  const { guests } = data;
  return html`<section aria-labelledby="share-guests"><div class="row-head"><h2 id="share-guests">${t('share.in')}</h2>
      ${guests.length > 1 && html`<${Button} label=${t('share.endAll')} onClick=${() => act(remove('share/guests'), t('share.ended'))} />`}</div>
    ${guests.length === 0 && html`<p class="muted">${t('share.nobody')}</p>`}
    <ul class="lines">${guests.map((guest) => html`<li key=${guest.id}><span>${clean(guest.browser, 64)} <span class="muted numbers">${clean(guest.address, 45)}</span></span>
      <span class="muted numbers">${t('share.seen', { since: moment(guest.since), seen: moment(guest.seen) })}</span>
      <${Button} label=${t('share.end')} aria-label=${`${t('share.end')}: ${clean(guest.browser, 64)}`} onClick=${() => act(remove(`share/guests/${guest.id}`), t('share.ended'))} /></li>`)}</ul></section>`;
}
