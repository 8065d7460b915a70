// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// For browsers of other devices in the house: they are let in by the password that the owner has set.

import { html, useEffect, useRef, useState } from './lib/htm-preact.js';
import { t } from './strings.js';
import { clean, span } from './format.js';
import { Icon } from './pieces.js';
import { post } from './api.js';

export function SignIn() {
  const [password, set] = useState('');
  const [problem, refuse] = useState(null);
  const [trying, tries] = useState(false);
  const [left, wait] = useState(0);
  const field = useRef(null);
  useEffect(() => field.current.focus(), []);
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => wait(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  const submit = (event) => {
    event.preventDefault();
    tries(true);
    refuse(null);
    post('session', { password }).then(() => location.reload(), (cause) => {
      tries(false);
      refuse(cause);
      wait(cause.retrySeconds ?? 0);
      set('');
      field.current.focus();
    });
  };
  const text = problem && ({ 401: t('signIn.wrong'), 429: t('signIn.often') }[problem.status] ?? clean(problem.message, 500));
  return html`<main class="locked"><h1>${t('signIn.title')}</h1><p>${t('signIn.text')}</p>
    <form class="sign-in" onSubmit=${submit}>
      <input type="text" name="username" autocomplete="username" value="ChronicleSync" hidden readonly />
      <label class="field">${t('signIn.password')}
        <input ref=${field} type="password" name="password" autocomplete="current-password" maxlength="256" value=${password}
          aria-invalid=${problem ? 'true' : null} aria-describedby="sign-in-problem" onInput=${(event) => set(event.target.value)} /></label>
      <p id="sign-in-problem" role="alert" class="bad">${problem && html`<${Icon} name="warning" /> ${text}`}</p>
      ${left > 0 && html`<p class="numbers" role="timer">${t('signIn.wait', { span: span(left) })}</p>`}
      <div class="buttons"><button class="button primary" disabled=${!password || trying || left > 0}>${t('signIn.act')}</button></div>
    </form><p class="muted">${t('signIn.why')}</p></main>`;
}
