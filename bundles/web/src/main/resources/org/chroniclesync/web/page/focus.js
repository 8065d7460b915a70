// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors

// Who uses the keyboard alone is where the focus is. Browsers drop it when what has it goes, or cannot be used any more:
// here what stands in its place gets it; of a dialog, a panel or a saying, what had it before.

const USABLE = 'a[href], button:not([disabled]), input:not([disabled], [hidden]), select:not([disabled]), textarea:not([disabled]), summary';
const REGIONS = 'dialog, .panel, .sayings';
const SCOPES = 'form, dialog, .panel, .card, section, li, main';

const canHave = (one) => one.isConnected && !one.disabled && one.checkVisibility({ visibilityProperty: true });

/** Where an element was: its parents, from the nearest on, and which child of each it was in. */
const trails = new WeakMap();

/** What had the focus before a region got it. */
const befores = new WeakMap();

let last = null;

function note(element) {
  const trail = [];
  for (let child = element; child.parentElement; child = child.parentElement) trail.push({ parent: child.parentElement, at: [...child.parentElement.children].indexOf(child) });
  trails.set(element, trail);
}

const within = (elements) => elements.flatMap((one) => [...(one.matches(USABLE) ? [one] : []), ...one.querySelectorAll(USABLE)]).filter(canHave);

/** What can be used next to a place: what came there or follows, else what is before. */
function beside(element) {
  for (const { parent, at } of trails.get(element) ?? []) {
    if (!parent.isConnected) continue;
    if (parent.matches('main, #app, body')) return null;
    const children = [...parent.children];
    const found = within(children.slice(at))[0] ?? within(children.slice(0, at)).at(-1);
    if (found) return found;
  }
  return null;
}

function successor(element) {
  const region = element.matches(REGIONS) ? element : trails.get(element)?.find(({ parent }) => parent.matches(REGIONS))?.parent;
  if (region && (!region.isConnected || within([region]).length === 0)) {
    const before = befores.get(region);
    if (before) return canHave(before) ? before : successor(before);
  }
  return beside(element);
}

/** A button that was pressed and waits: what was typed for it is before it. */
function besideDisabled(element) {
  const all = [...(element.closest(SCOPES)?.querySelectorAll('a[href], button, input, select, textarea, summary') ?? [])];
  const at = all.indexOf(element);
  return [...all.slice(0, at).reverse(), ...all.slice(at + 1)].find(canHave) ?? null;
}

function look() {
  const now = document.activeElement;
  if (!last || (now && now !== document.body && now !== last)) return;
  if (canHave(last)) {
    if (now === last) note(last);
    return;
  }
  const next = (last.isConnected && last.disabled ? besideDisabled(last) : successor(last)) ?? document.getElementById('main');
  next?.focus({ preventScroll: next.id === 'main' });
}

export function keepFocus() {
  document.addEventListener('focusin', ({ target }) => {
    const region = target.closest(REGIONS);
    if (region && last && !region.contains(last)) befores.set(region, last);
    last = target;
    note(target);
  });
  document.addEventListener('focusout', ({ target, relatedTarget }) => {
    // Who clicks beside all, or leaves a field, wants it nowhere.
    if (!relatedTarget) setTimeout(() => last === target && document.activeElement === document.body && canHave(target) && (last = null));
  });
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled', 'hidden'] });
}
