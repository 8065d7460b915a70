// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// What is wrong with the places of what is seen: too wide, too small to hit, cut without a sign, or one over the other.
// given[0] is the least size of a target, in pixels.

const least = given[0];
const findings = [];
// What is laid over a whole row to be hit is no box of its own.
const through = new CSSStyleSheet();
through.replaceSync('*::before, *::after { pointer-events: none !important; }');
document.adoptedStyleSheets = [...document.adoptedStyleSheets, through];
const name = (one) => {
  const classes = typeof one.className === 'string' && one.className.trim() ? `.${one.className.trim().replace(/\s+/g, '.')}` : '';
  return `${one.localName}${classes} "${(one.getAttribute('aria-label') || one.textContent || '').trim().slice(0, 40)}"`;
};
const styleOf = (one, part) => getComputedStyle(one, part);
const isSeen = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !one.closest('.hidden, .skip, [aria-hidden="true"]');

/** The part of a box that all around it, from an element on, and the window leave of it, or null. */
function leftOf(from, box) {
  let { left, top, right, bottom } = box;
  for (let outer = from; outer instanceof Element; outer = outer.parentElement) {
    const { overflowX, position } = styleOf(outer);
    if (overflowX !== 'visible') {
      const clip = outer.getBoundingClientRect();
      left = Math.max(left, clip.left);
      top = Math.max(top, clip.top);
      right = Math.min(right, clip.right);
      bottom = Math.min(bottom, clip.bottom);
    }
    if (position === 'fixed') break;
  }
  left = Math.max(left, 0);
  top = Math.max(top, 0);
  right = Math.min(right, innerWidth);
  bottom = Math.min(bottom, innerHeight);
  return right - left > 2 && bottom - top > 2 ? { left, top, right, bottom } : null;
}

const scrollsAcross = (one) => {
  for (let outer = one.parentElement; outer; outer = outer.parentElement) {
    if (['auto', 'scroll', 'hidden', 'clip'].includes(styleOf(outer).overflowX) && outer.id !== 'main' && outer !== document.body) return true;
  }
  return false;
};

// Too wide
for (const one of [document.documentElement, ...document.querySelectorAll('main, .page, .scroller, dialog')]) {
  if (one.scrollWidth > one.clientWidth + 1 && isSeen(one)) findings.push(`too wide by ${one.scrollWidth - one.clientWidth}: ${name(one).slice(0, 60)}`);
}
for (const one of document.querySelectorAll('body *')) {
  if (!isSeen(one) || one.closest('svg')) continue;
  const box = one.getBoundingClientRect();
  if (box.width > 0 && (box.right > innerWidth + 1 || box.left < -1) && !scrollsAcross(one)) findings.push(`out of the window: ${name(one)}`);
}

// Two that scroll, one in the other, the same way, where the outer one need not
for (const one of document.querySelectorAll('main')) {
  const inner = [...one.querySelectorAll('.scroller')].find((each) => each.scrollHeight > each.clientHeight + 1);
  if (inner && one.scrollHeight > one.clientHeight + 1) findings.push(`scrolls twice: ${name(inner).slice(0, 60)}`);
}

// Too small to hit. A link within a sentence is as high as its line, and a day of the year has its table.
const targets = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter((one) => isSeen(one) && !one.closest('svg'));
const boxes = targets.map((one) => {
  const own = one.getBoundingClientRect();
  if (['checkbox', 'radio'].includes(one.type)) return one.closest('label')?.getBoundingClientRect() ?? own;
  // What is laid over all of a row is hit anywhere in it.
  return styleOf(one, '::after').position === 'absolute' ? one.offsetParent.getBoundingClientRect() : own;
});
const isInSentence = (one) => one.localName === 'a' && styleOf(one).display === 'inline' && one.closest('p, dt, dd, li, th, td') !== null;
targets.forEach((one, i) => {
  const { width, height } = boxes[i];
  if (width > 0 && (width < least - 0.5 || height < least - 0.5) && !isInSentence(one)) findings.push(`${Math.round(width)} x ${Math.round(height)} is too small to hit: ${name(one)}`);
});

// Cut: words of the page itself never are; those of others end in an ellipsis, by letters or by lines
for (const one of document.querySelectorAll('body *')) {
  if (!isSeen(one) || one.closest('svg, textarea') || ['INPUT', 'SELECT', 'TEXTAREA', 'PROGRESS'].includes(one.tagName)) continue;
  const style = styleOf(one);
  const hides = (way) => ['hidden', 'clip'].includes(way);
  if (![...one.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim()) && !one.querySelector('bdi, span')) continue;
  const isOfOthers = one.querySelector('bdi') !== null || one.localName === 'bdi';
  if (hides(style.overflowX) && one.scrollWidth > one.clientWidth + 1) {
    if (style.textOverflow !== 'ellipsis' && style.webkitLineClamp === 'none' && !one.matches('.virtual, .virtual-item, .table')) findings.push(`cut without a sign: ${name(one)}`);
    else if (!isOfOthers && !one.matches('.virtual, .virtual-item, .table')) findings.push(`words of the page are cut: ${name(one)}`);
  }
  if (hides(style.overflowY) && style.webkitLineClamp === 'none' && style.whiteSpace !== 'nowrap' && one.scrollHeight > one.clientHeight + 2 && !one.matches('.table, .virtual')) findings.push(`cut below: ${name(one)}`);
}

// One over the other
const isOver = (one, x, y) => {
  const top = document.elementFromPoint(x, y);
  if (!top || one.contains(top) || top.contains(one)) return null;
  if (top.closest('.day.stuck, .to-now, .sayings, .panel, .panel-shade, dialog')) return null;
  return top.closest('label') && top.closest('label') === one.closest('label') ? null : top;
};
targets.forEach((one, i) => {
  const seen = leftOf(one.parentElement, boxes[i]);
  if (!seen) return;
  const own = one.getBoundingClientRect();
  const at = leftOf(one.parentElement, own) ?? seen;
  const over = isOver(one, (at.left + at.right) / 2, (at.top + at.bottom) / 2);
  if (over) findings.push(`${name(over)} is over ${name(one)}`);
});
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, (text) => (text.data.trim() && isSeen(text.parentElement) ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT));
while (texts.nextNode()) {
  const parent = texts.currentNode.parentElement;
  if (parent.closest('option, svg, textarea, noscript, script')) continue;
  const range = document.createRange();
  range.selectNodeContents(texts.currentNode);
  const box = range.getClientRects()[0];
  const seen = box && leftOf(parent, box);
  if (!seen) continue;
  for (const x of [seen.left + 2, (seen.left + seen.right) / 2, seen.right - 2]) {
    const over = isOver(parent, x, (seen.top + seen.bottom) / 2);
    if (over) {
      findings.push(`${name(over)} is over the text "${texts.currentNode.data.trim().slice(0, 40)}"`);
      break;
    }
  }
}
document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== through);
return [...new Set(findings)];
