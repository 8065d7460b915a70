// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// Where one is stands in the fragment: #/page?name=value. It never leaves the browser.

import { useEffect, useState } from './lib/htm-preact.js';

function read() {
  const [name, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { name: name || 'timeline', query: Object.fromEntries(new URLSearchParams(query)) };
}

export const go = {
  path(name, query = {}) {
    const parameters = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') parameters.set(key, value);
    const text = parameters.toString();
    return `#/${name}${text ? `?${text}` : ''}`;
  },
  to(name, query) {
    location.hash = go.path(name, query);
  },
  /** Without a step to come back to, for what changes with each key. */
  replace(name, query) {
    history.replaceState(null, '', go.path(name, query));
    dispatchEvent(new HashChangeEvent('hashchange'));
  },
};

export function useRoute() {
  const [route, set] = useState(read);
  useEffect(() => {
    const change = () => set(read());
    addEventListener('hashchange', change);
    return () => removeEventListener('hashchange', change);
  }, []);
  return route;
}
