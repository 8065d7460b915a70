// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// One file for each language. A text may have forms for numbers: {one: …, other: …}. What a language lacks is English.

import en from './strings/en.js';

export const LANGUAGES = { en: 'English', de: 'Deutsch', fr: 'Français' };

let texts = en;
let tag = 'en';

/** Takes the language that the person chose, or the first of the browser's that there is a file for. */
export async function loadLanguage() {
  const chosen = localStorage.getItem('language');
  const wanted = [chosen, ...navigator.languages].filter(Boolean).map((name) => name.split('-')[0]);
  tag = wanted.find((name) => Object.hasOwn(LANGUAGES, name)) ?? 'en';
  texts = tag === 'en' ? en : (await import(`./strings/${tag}.js`)).default;
  document.documentElement.lang = tag;
}

/** The language of dates and numbers: the browser's own variant of it, if that is what it prefers. */
export const language = () => navigator.languages.find((name) => name.split('-')[0] === tag) ?? tag;

export const languageTag = () => tag;

export function t(key, values = {}) {
  let text = texts[key] ?? en[key] ?? key;
  if (typeof text === 'object') {
    text = text[new Intl.PluralRules(tag).select(values.n ?? 0)] ?? text.other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? new Intl.NumberFormat(language()).format(value) : String(value);
  });
}

export const known = (key) => Object.hasOwn(en, key);
