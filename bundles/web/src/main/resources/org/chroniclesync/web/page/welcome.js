// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// The first minutes of a node: what it reads here, the other devices, the words to keep, and on to the timeline.

import { html, useEffect } from './lib/htm-preact.js';
import { t } from './strings.js';
import { number } from './format.js';
import { Button, Icon } from './pieces.js';
import { node, useStatus } from './api.js';
import { JoinByWords, ShowWords } from './pairing.js';
import { Files, Profiles } from './imports.js';
import { go } from './router.js';

export function Welcome() {
  const { status } = useStatus();
  const visits = status?.visits ?? 0;
  useEffect(() => {
    if (visits > 0) localStorage.setItem('welcomed', 'yes');
  }, [visits > 0]);
  return html`<div class="page welcome"><header class="page-head"><h1>${t('welcome.title')}</h1><p>${t('welcome.text')}</p></header>
    ${status && !status.account && html`<section class="card"><h2>${t('welcome.words')}</h2><${JoinByWords} done=${() => node.open()} /></section>`}
    <section><h2>${t('welcome.here')}</h2>
      <p class=${visits > 0 ? 'good' : 'muted'} role="status">${visits > 0 ? html`<${Icon} name="check" /> ${t('welcome.have', { n: visits, count: number(visits) })}` : t('welcome.waiting')}</p>
      <div class="buttons"><${Button} kind=${visits > 0 ? 'primary' : ''} label=${t('welcome.show')} onClick=${() => (localStorage.setItem('welcomed', 'yes'), go.to('timeline'))} /></div></section>
    <${Profiles} /><${Files} />
    <div class="halves"><section class="card"><h2>${t('welcome.another')}</h2><p>${t('welcome.anotherText')}</p><div class="buttons"><a class="button" href="#/pairing">${t('timeline.pair')}</a></div></section>
      <section class="card"><h2>${t('welcome.keep')}</h2><p>${t('welcome.keepText')}</p><${ShowWords} /></section></div>
  </div>`;
}
