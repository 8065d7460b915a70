// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// Giving this account to another device, or taking that of another: by a short code, by the words, or by hand.
// Nothing secret is asked of the node before a button is pressed, and nothing of it stays when the page is left.

import { html, useEffect, useRef, useState } from './lib/htm-preact.js';
import { t } from './strings.js';
import { clean, span } from './format.js';
import { Button, Icon, nameOf, Problem, say, sayProblem } from './pieces.js';
import { get, path, post, remove, upload, useStatus } from './api.js';

export function Pairing({ query }) {
  const { status } = useStatus();
  return html`<div class="page"><header class="page-head"><h1>${t('pairing.title')}</h1><p class="muted">${t('pairing.text')}</p></header>
    <div class="halves"><section class="card" aria-labelledby="pairing-add"><h2 id="pairing-add">${t('pairing.add')}</h2><${Invite} /><${ShowWords} /></section>
      <section class="card" aria-labelledby="pairing-join"><h2 id="pairing-join">${t('pairing.join')}</h2>
        ${status?.visits > 0 && html`<p class="muted">${t('pairing.joinWarning')}</p>`}<${JoinByCode} /><${JoinByWords} /></section></div>
    <section class="card" aria-labelledby="pairing-lost"><h2 id="pairing-lost">${t('renew.title')}</h2><${Renew} asked=${query.by === 'loss'} /></section>
    <details class="card" open=${query.by === 'hand'}><summary>${t('byHand.title')}</summary><${ByHand} asked=${query.by === 'hand'} /></details></div>`;
}

/** A picture of a text for another device's camera. */
export function Qr({ text }) {
  const [rows, draw] = useState(null);
  const [problem, refuse] = useState(null);
  useEffect(() => {
    let gone = false;
    draw(null);
    refuse(null);
    post('qr', { text }).then(
      (drawn) => gone || draw(drawn.rows),
      (cause) => gone || refuse(cause),
    );
    return () => {
      gone = true;
    };
  }, [text]);
  if (problem !== null) return html`<p class="muted">${t('pairing.noQr')}</p>`;
  if (rows === null) return html`<div class="qr" aria-hidden="true"></div>`;
  const size = rows.length + 8;
  const dark = rows.map((row, y) => [...row].map((point, x) => (point === '1' ? `M${x + 4} ${y + 4}h1v1h-1z` : '')).join('')).join('');
  return html`<svg class="qr" viewBox=${`0 0 ${size} ${size}`} role="img" aria-label=${t('pairing.qr')} shape-rendering="crispEdges"><path d=${dark} /></svg>`;
}

function Countdown({ until, onEnd }) {
  const [now, tick] = useState(Date.now());
  const left = Math.max(0, (Date.parse(until) - now) / 1000);
  useEffect(() => {
    const timer = setInterval(() => tick(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (left === 0) onEnd?.();
  }, [left === 0]);
  return html`<span class="numbers" role="timer">${left > 0 ? t('pairing.left', { span: span(left) }) : t('pairing.over')}</span>`;
}

function Invite() {
  const [invitation, set] = useState(null);
  const [problem, setProblem] = useState(null);
  const ask = () => post('pairing/code').then((data) => (set({ state: 'open', ...data }), setProblem(null)), setProblem);
  const look = () => get('pairing/code').then((data) => set((before) => (before ? { ...before, ...data, code: data.code ?? before.code } : before)), () => {});
  useEffect(() => {
    if (!invitation || !['open', 'meeting'].includes(invitation.state)) return undefined;
    const timer = setInterval(look, 1500);
    return () => clearInterval(timer);
  }, [invitation?.state]);
  const live = useRef(false);
  live.current = invitation !== null && ['open', 'meeting'].includes(invitation.state);
  useEffect(() => () => {
    if (live.current) remove('pairing/code').catch(() => {});
  }, []);
  if (!invitation) {
    return html`<p>${t('pairing.codeText')}</p><${Problem} problem=${problem} />
      <div class="buttons"><${Button} kind="primary" label=${t('pairing.showCode')} onClick=${ask} /></div>`;
  }
  if (invitation.state === 'given') {
    return html`<p class="good"><${Icon} name="check" /> ${t('pairing.given', { name: clean(invitation.device, 60) })}</p>
      <div class="buttons"><a class="button" href="#/devices">${t('nav.devices')}</a><${Button} label=${t('pairing.another')} onClick=${ask} /></div>`;
  }
  if (invitation.state === 'ended' || invitation.state === 'none') {
    return html`<p>${clean(invitation.why, 500) || t('pairing.over')}</p><div class="buttons"><${Button} kind="primary" label=${t('pairing.another')} onClick=${ask} /></div>`;
  }
  return html`<p class="notice"><${Icon} name="warning" /><span>${t('pairing.codeOpens')}</span></p>
    <p><span class="muted">${t('pairing.code')}</span> <span class="code">${clean(invitation.code, 80)}</span></p>
    <${Qr} text=${invitation.code} />
    <p class="muted">${invitation.state === 'meeting' ? t('pairing.meeting') : t('pairing.enter')} <${Countdown} until=${invitation.until} onEnd=${look} /></p>
    <div class="buttons"><${Button} label=${t('pairing.withdraw')} onClick=${() => remove('pairing/code').then(() => set(null), sayProblem)} /></div>`;
}

async function untilEnded(work) {
  let now = work;
  while (now.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 500));
    now = await get(`work/${now.id}`);
  }
  return now;
}

const SIGHT = { width: 640, height: 480 };

/** What the camera sees, as a grey picture; null while it shows nothing yet. */
function greyOf(video) {
  if (!video.videoWidth) return null;
  const factor = Math.min(1, SIGHT.width / video.videoWidth, SIGHT.height / video.videoHeight);
  const [width, height] = [video.videoWidth, video.videoHeight].map((side) => Math.max(32, Math.round(side * factor)));
  const canvas = new OffscreenCanvas(width, height);
  const draw = canvas.getContext('2d', { willReadFrequently: true });
  draw.drawImage(video, 0, 0, width, height);
  const { data } = draw.getImageData(0, 0, width, height);
  const grey = new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) grey[i] = (data[4 * i] * 77 + data[4 * i + 1] * 151 + data[4 * i + 2] * 28) >> 8;
  return { width, grey };
}

/** The camera of this device, until it has seen a code. The pictures go to the node of this computer and nowhere else. */
function Camera({ found, close }) {
  const video = useRef(null);
  const [problem, refuse] = useState(null);
  useEffect(() => {
    let over = false;
    let stream = null;
    const look = async () => {
      while (!over) {
        const seen = greyOf(video.current);
        const { text } = seen ? await upload(path('qr/read', { width: seen.width }), seen.grey) : { text: null };
        if (over) return;
        if (text) return found(text);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    };
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', ...SIGHT } }).then(
      (opened) => {
        stream = opened;
        if (over) return stream.getTracks().forEach((track) => track.stop());
        video.current.srcObject = stream;
        return video.current.play().then(look);
      }).catch((cause) => over || refuse(cause.remedy === undefined ? { message: t('camera.refused'), remedy: t('camera.remedy') } : cause));
    return () => {
      over = true;
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  return html`<div class="camera">${problem ? html`<${Problem} problem=${problem} />` : html`<video ref=${video} muted playsinline aria-label=${t('camera.sees')}></video><p class="muted">${t('camera.hold')}</p>`}
    <div class="buttons"><${Button} label=${t('camera.close')} onClick=${close} /></div></div>`;
}

function JoinByCode() {
  const [code, set] = useState('');
  const [state, become] = useState({ kind: 'idle' });
  const [looking, look] = useState(false);
  const submit = (event) => {
    event.preventDefault();
    join(code);
  };
  const join = (given) => {
    become({ kind: 'trying' });
    post('pairing/join', { code: given.trim() }).then(untilEnded).then(
      (work) => become(work.state === 'done' ? { kind: 'done', device: work.result?.device ?? '' } : { kind: 'failed', problem: { message: work.sentence } }),
      (problem) => become({ kind: 'failed', problem }),
    );
  };
  if (state.kind === 'done') {
    return html`<p class="good"><${Icon} name="check" /> ${t('pairing.joined', { name: clean(state.device, 60) })}</p><div class="buttons"><a class="button primary" href="#/devices">${t('pairing.watch')}</a></div>`;
  }
  return html`<form onSubmit=${submit}><label class="field">${t('pairing.enterCode')}
      <input value=${code} maxlength="100" autocomplete="off" autocapitalize="off" spellcheck=${false} onInput=${(event) => set(event.target.value)} /></label>
    <${Problem} problem=${state.problem} />
    <div class="buttons"><button class="button primary" disabled=${!code.trim() || state.kind === 'trying'}>${state.kind === 'trying' ? t('pairing.trying') : t('pairing.joinAct')}</button>
      ${navigator.mediaDevices?.getUserMedia && !looking && html`<${Button} icon="camera" label=${t('camera.open')} disabled=${state.kind === 'trying'} onClick=${() => look(true)} />`}</div>
    ${!navigator.mediaDevices?.getUserMedia && html`<p class="muted">${t('camera.none')}</p>`}
    ${looking && html`<${Camera} close=${() => look(false)} found=${(text) => (look(false), set(text.slice(0, 100)), join(text.slice(0, 100)))} />`}</form>`;
}

/** The words while somebody looks at them: they go when the tab is left. */
function Words({ words, hide, left = hide, label }) {
  useEffect(() => {
    const changed = () => document.hidden && left();
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  return html`<ol class="words">${words.map((word, i) => html`<li key=${i}>${word}</li>`)}</ol>
    <p class="muted">${t('words.trace')}</p>
    <div class="buttons"><${Button} label=${label} onClick=${hide} />
      <${Button} icon="copy" label=${t('words.copy')} onClick=${() => navigator.clipboard.writeText(words.join(' ')).then(() => say(t('words.copied')), () => say(t('words.notCopied')))} />
      <${Button} icon="print" label=${t('words.print')} onClick=${() => print()} /></div>`;
}

const shownWords = () => post('words/show', { confirm: 'show' }).then((data) => data.words);

export function ShowWords() {
  const [words, set] = useState(null);
  const [problem, setProblem] = useState(null);
  const show = () => shownWords().then((given) => (set(given), setProblem(null)), setProblem);
  return html`<section class="inner"><h3>${t('words.title')}</h3>
    ${words === null
      ? html`<p>${t('words.opens')}</p><${Problem} problem=${problem} /><div class="buttons"><${Button} label=${t('words.show')} onClick=${show} /></div>`
      : html`<${Words} words=${words} label=${t('words.hide')} hide=${() => set(null)} />`}</section>`;
}

/** After a loss: new words on this device, written down once, and a code for each of the others. */
/** What was asked for by a link stands low on the page, so that it is gone to. */
function useAsked(asked) {
  const section = useRef(null);
  useEffect(() => {
    if (!asked) return;
    section.current.scrollIntoView({ block: 'center' });
    section.current.querySelector('.button')?.focus({ preventScroll: true });
  }, [asked]);
  return section;
}

function Renew({ asked }) {
  const [step, go] = useState({ at: 'begin' });
  const [problem, setProblem] = useState(null);
  const section = useAsked(asked);
  const warn = () => get('devices').then((data) => go({ at: 'warning', names: data.nodes.filter((one) => one.node).map(nameOf) }), () => go({ at: 'warning', names: [] }));
  const make = () => {
    go({ at: 'making' });
    setProblem(null);
    post('words/renew', { confirm: 'renew' }).then(
      () => shownWords().then((words) => go({ at: 'words', words }), () => go({ at: 'others', hidden: true })),
      (refused) => (setProblem(refused), go({ at: 'begin' })),
    );
  };
  const shown = {
    begin: () => html`<p>${t('renew.text')}</p><${Problem} problem=${problem} /><div class="buttons"><${Button} label=${t('renew.begin')} onClick=${warn} /></div>`,
    warning: () => html`<div class="notice"><${Icon} name="warning" /><div><p>${t('renew.warning')}</p>${step.names.length > 0 && html`<p>${t('renew.devices', { names: step.names.slice(0, 12).join(', ') })}</p>`}</div></div>
      <div class="buttons"><${Button} label=${t('cancel')} onClick=${() => go({ at: 'begin' })} /><${Button} kind="danger" label=${t('renew.act')} onClick=${make} /></div>`,
    making: () => html`<p role="status">${t('renew.making')}</p>`,
    words: () => html`<p role="status">${t('renew.done')}</p><${Words} words=${step.words} label=${t('renew.written')} hide=${() => go({ at: 'others' })} left=${() => go({ at: 'others', hidden: true })} />`,
    others: () => html`<p role="status">${t(step.hidden ? 'renew.hidden' : 'renew.others')}</p>${step.hidden && html`<p>${t('renew.others')}</p>`}<${Invite} />`,
  };
  return html`<div ref=${section} class="steps-of">${shown[step.at]()}</div>`;
}

const COUNT = 24;

export function JoinByWords({ act = (words) => post('words/replace', { words: words.join(' ') }), done }) {
  const [words, set] = useState(Array(COUNT).fill(''));
  const [shown, show] = useState(false);
  const [at, goTo] = useState(0);
  const [near, offer] = useState([]);
  const [checked, check] = useState({ wrong: [] });
  const [state, become] = useState({ kind: 'idle' });
  const fields = useRef([]);
  const timer = useRef(null);

  const put = (values, index) => {
    set(values);
    check({ wrong: [] });
    clearTimeout(timer.current);
    const prefix = values[index];
    timer.current = setTimeout(async () => {
      offer(prefix.length >= 3 ? await post('words/complete', { start: prefix }).then((data) => data.words ?? [], () => []) : []);
      if (values.some(Boolean)) check(await post('words/check', { words: values.filter(Boolean).join(' ') }).catch(() => ({ wrong: [] })));
    }, 80);
  };
  const typed = (index, value) => {
    const pasted = value.trim().toLowerCase().split(/[\s,]+/).filter(Boolean);
    const values = [...words];
    if (pasted.length > 1) {
      pasted.slice(0, COUNT - index).forEach((word, i) => {
        values[index + i] = word.slice(0, 16);
      });
      fields.current[Math.min(COUNT - 1, index + pasted.length)]?.focus();
    } else values[index] = value.toLowerCase().replace(/[^\p{L}]/gu, '').slice(0, 16);
    put(values, index);
    if (pasted.length <= 1 && / $/.test(value)) fields.current[Math.min(COUNT - 1, index + 1)]?.focus();
  };
  const take = (word, index) => {
    const values = [...words];
    values[index] = word;
    put(values, index);
    offer([]);
    fields.current[Math.min(COUNT - 1, index + 1)]?.focus();
  };
  const submit = (event) => {
    event.preventDefault();
    become({ kind: 'trying' });
    act(words).then((result) => (become({ kind: 'done' }), set(Array(COUNT).fill('')), done?.(result)), (problem) => become({ kind: 'failed', problem }));
  };
  useEffect(() => {
    if (shown) fields.current[0]?.focus();
  }, [shown]);
  if (!shown) return html`<section class="inner"><h3>${t('words.enterTitle')}</h3><p>${t('words.enterText')}</p><div class="buttons"><${Button} label=${t('words.enter')} onClick=${() => show(true)} /></div></section>`;
  if (state.kind === 'done') return html`<p class="good"><${Icon} name="check" /> ${t('words.taken')}</p>`;
  const full = words.every(Boolean);
  return html`<section class="inner"><h3>${t('words.enterTitle')}</h3><form onSubmit=${submit} autocomplete="off">
    <ol class="words enter">${words.map((word, i) => {
      const verdict = checked.wrong.find((one) => one.word === word);
      const wrong = word && verdict && !(i === at && near.length > 0);
      return html`<li key=${i}><input ref=${(element) => (fields.current[i] = element)} aria-label=${t('words.number', { n: i + 1 })} class=${wrong ? 'wrong' : ''} aria-invalid=${wrong ? 'true' : null}
        value=${word} autocomplete="off" autocapitalize="off" spellcheck=${false} maxlength="400" onInput=${(event) => typed(i, event.target.value)}
        onFocus=${() => (goTo(i), offer([]))} onKeyDown=${(event) => {
          if (event.key === 'Enter' && near.length && i === at) (event.preventDefault(), take(near[0], i));
        }} />
        ${i === at && near.length > 0 && near[0] !== word && html`<div class="near">${near.slice(0, 4).map((one) => html`<button type="button" class="chip" key=${one} onMouseDown=${(event) => event.preventDefault()} onClick=${() => take(one, i)}>${one}</button>`)}</div>`}
        ${wrong && html`<div class="near"><span class="bad">${t('words.unknown')}</span>${(verdict.likely ?? []).slice(0, 3).map((one) => html`<button type="button" class="chip" key=${one} onClick=${() => take(one, i)}>${one}</button>`)}</div>`}</li>`;
    })}</ol>
    ${full && checked.checksum === false && html`<p class="bad" role="alert">${t('words.invalid')}</p>`}
    <${Problem} problem=${state.problem} />
    <div class="buttons"><button class="button primary" disabled=${!full || checked.wrong.length > 0 || checked.checksum === false || state.kind === 'trying'}>${t('words.use')}</button></div></form></section>`;
}

/** A button for the camera, where this browser has one. */
function Seeing({ found }) {
  const [looking, look] = useState(false);
  if (!navigator.mediaDevices?.getUserMedia) return null;
  return looking
    ? html`<${Camera} close=${() => look(false)} found=${(text) => (look(false), found(text))} />`
    : html`<div class="buttons"><${Button} icon="camera" label=${t('camera.open')} onClick=${() => look(true)} /></div>`;
}

function ByHand({ asked }) {
  const section = useAsked(asked);
  const [offer, setOffer] = useState(null);
  const [theirs, setTheirs] = useState('');
  const [answer, setAnswer] = useState(null);
  const [back, setBack] = useState('');
  const [problem, setProblem] = useState(null);
  const run = (promise, then) => promise.then((data) => (setProblem(null), then(data)), setProblem);
  const copy = (text) => navigator.clipboard.writeText(text).then(() => say(t('copied'), null, 3), () => say(t('words.notCopied')));
  return html`<p>${t('byHand.text')}</p><${Problem} problem=${problem} />
    <div class="halves" ref=${section}><section><h3>${t('byHand.offer')}</h3>
      <div class="buttons"><${Button} label=${t('byHand.make')} onClick=${() => run(post('manual/offer'), setOffer)} /></div>
      ${offer && html`<label class="field">${t('byHand.carry')}<textarea readonly rows="4" value=${offer.text}></textarea></label>
        <div class="buttons"><${Button} icon="copy" label=${t('copy')} onClick=${() => copy(offer.text)} /></div><${Qr} text=${offer.compact} />
        <label class="field">${t('byHand.theirAnswer')}<textarea rows="4" maxlength="65536" value=${back} onInput=${(event) => setBack(event.target.value)}></textarea></label><${Seeing} found=${setBack} />
        <div class="buttons"><${Button} kind="primary" label=${t('byHand.connect')} disabled=${!back.trim()} onClick=${() => run(post('manual/accept', { answer: back }), () => say(t('byHand.connecting')))} /></div>`}</section>
    <section><h3>${t('byHand.answer')}</h3>
      <label class="field">${t('byHand.theirOffer')}<textarea rows="4" maxlength="65536" value=${theirs} onInput=${(event) => setTheirs(event.target.value)}></textarea></label><${Seeing} found=${setTheirs} />
      <div class="buttons"><${Button} label=${t('byHand.makeAnswer')} disabled=${!theirs.trim()} onClick=${() => run(post('manual/answer', { offer: theirs }), setAnswer)} /></div>
      ${answer && html`<label class="field">${t('byHand.carryBack')}<textarea readonly rows="4" value=${answer.text}></textarea></label>
        <div class="buttons"><${Button} icon="copy" label=${t('copy')} onClick=${() => copy(answer.text)} /></div><${Qr} text=${answer.compact} />`}</section></div>`;
}
