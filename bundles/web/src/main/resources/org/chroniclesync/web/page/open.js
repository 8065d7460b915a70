// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// A cookie goes to every port of this computer; what a page stores is for that page alone.
localStorage.setItem('key', document.querySelector('meta[name=key]').content);
location.replace('/');
