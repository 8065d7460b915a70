// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
const response = await fetch('/api/v1/status');
const status = await response.json();
document.getElementById('main').textContent =
  response.ok ? status.summary.sentence : `${status.detail} ${status.remedy}`;
