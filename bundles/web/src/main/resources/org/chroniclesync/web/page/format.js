// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// How values are said. Times are in the browser's zone. Texts of visits come from strangers: clean() cuts them
// and takes out what would turn the text around them; links are made by href() alone.

import { language, t } from './strings.js';

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

const formats = new Map();

function format(kind, make) {
  const key = `${language()} ${kind}`;
  if (!formats.has(key)) formats.set(key, make(language()));
  return formats.get(key);
}

function date(kind, options) {
  return format(kind, (tag) => new Intl.DateTimeFormat(tag, options));
}

export const millis = (time) => (typeof time === 'number' ? time : Date.parse(time));

export const number = (value) => format('n', (tag) => new Intl.NumberFormat(tag)).format(value);

/** Whether the language counts twelve hours twice, so that a time needs more room. */
export const halfDays = () => format('h', (tag) => new Intl.DateTimeFormat(tag, { hour: 'numeric' }).resolvedOptions().hour12 === true);

export const time = (at) => date('t', { hour: halfDays() ? 'numeric' : '2-digit', minute: '2-digit' }).format(millis(at));

const two = (value) => String(value).padStart(2, '0');

/** The day of a time in the browser's zone, as YYYY-MM-DD. */
export function dayOf(at) {
  const day = new Date(millis(at));
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

export const startOf = (day) => {
  const [year, month, date] = day.split('-').map(Number);
  return new Date(year, month - 1, date);
};

export const after = (day, days) => {
  const start = startOf(day);
  start.setDate(start.getDate() + days);
  return dayOf(start.getTime());
};

export function dayName(day, short = false) {
  const today = dayOf(Date.now());
  const start = startOf(day);
  const words = short ? 'short' : 'long';
  const long = date(`D${words}`, { weekday: words, day: 'numeric', month: words }).format(start);
  const named = start.getFullYear() === new Date().getFullYear() ? long : `${long} ${start.getFullYear()}`;
  if (day === today) return t('day.today', { day: named });
  return day === after(today, -1) ? t('day.yesterday', { day: named }) : named;
}

export const shortDay = (day) => date('d', { day: 'numeric', month: 'short', year: 'numeric' }).format(startOf(day));

export const monthName = (month) => date('M', { month: 'short' }).format(new Date(2026, month, 1));

export const weekdayName = (weekday) => date('W', { weekday: 'short' }).format(new Date(2026, 5, 1 + weekday));

/** As people say it: a time today, a day of this year, or a day. */
export function moment(at) {
  const day = dayOf(at);
  const now = new Date();
  if (day === dayOf(now.getTime())) return t('moment.today', { time: time(at) });
  if (day === after(dayOf(now.getTime()), -1)) return t('moment.yesterday', { time: time(at) });
  return day.startsWith(`${now.getFullYear()}-`)
    ? date('m', { day: 'numeric', month: 'long' }).format(millis(at))
    : date('my', { day: 'numeric', month: 'long', year: 'numeric' }).format(millis(at));
}

/** A moment with its time of day. */
export const when = (at) => (dayOf(at) >= after(dayOf(Date.now()), -1) ? moment(at) : `${moment(at)}, ${time(at)}`);

export const exact = (at) =>
  date('x', { dateStyle: 'full', timeStyle: 'long' }).format(millis(at));

export function bytes(count) {
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < 4) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return `${format(`b${digits}`, (tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: digits })).format(value)} ${['B', 'kB', 'MB', 'GB', 'TB'][unit]}`;
}

export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t('span.seconds', { n: whole });
  if (whole < 5400) return t('span.minutes', { n: Math.round(whole / 60) });
  return whole < 129600 ? t('span.hours', { n: Math.round(whole / 3600) }) : t('span.days', { n: Math.round(whole / 86400) });
}

// Control characters, and those that turn the direction of what follows.
// eslint-disable-next-line no-control-regex
const TURNING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]+/g;

export function clean(text, most = 400) {
  const all = String(text ?? '');
  const shown = all.slice(0, most * 2).replace(TURNING, ' ').trim();
  return shown.length > most || all.length > most * 2 ? `${[...shown.slice(0, most)].join('')}…` : shown;
}

/** An address as a person reads it: no scheme, no www, percent-encoding undone where it is text. */
export function readable(url, most = 300) {
  let text = String(url ?? '').slice(0, most * 4).replace(/^https?:\/\/(www\.)?/i, '').replace(/\/$/, '');
  try {
    text = decodeURI(text);
  } catch {
    // It is no UTF-8: it stays as it is.
  }
  return clean(text, most);
}

export function hostOf(visit) {
  if (visit.host) return clean(visit.host, 120);
  try {
    return clean(new URL(visit.url).host, 120);
  } catch {
    return '';
  }
}

/** What may be a link: a whole address of the web, and nothing that runs or holds data. */
export function href(url) {
  if (typeof url !== 'string' || url.length > 65536 || !/^https?:\/\//i.test(url)) return null;
  try {
    const parsed = new URL(url);
    return ['http:', 'https:'].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

export const titleOf = (visit, most) => clean(visit.title, most) || readable(visit.url, most) || t('visit.untitled');
