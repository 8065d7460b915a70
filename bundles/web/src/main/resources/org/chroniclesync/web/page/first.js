// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// No module: it runs before they are there, and asks for what the first look needs, so that the answers come meanwhile.

{
  const names = ['status', 'session', 'devices'];
  if (['', '#/', '#/timeline'].includes(location.hash) && !location.search) names.unshift('timeline?limit=60');
  const headers = { 'X-ChronicleSync': localStorage.getItem('key') ?? 'none', Accept: 'application/json' };
  globalThis.ahead = new Map(names.map((name) => {
    const answer = fetch(`/api/v1/${name}`, { credentials: 'same-origin', cache: 'no-store', headers });
    answer.catch(() => {});
    return [name, answer];
  }));
  // The first date costs a browser tens of milliseconds. Here they pass while the modules come.
  setTimeout(() => new Intl.DateTimeFormat(navigator.language, { hour: '2-digit', minute: '2-digit' }).format(0));
}
