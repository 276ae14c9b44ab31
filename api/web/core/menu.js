import { el, icon } from './dom.js';

const EDGE = 8;
let closeOpen = () => {};

/** Below the button, or above where there is no room; never outside the window. */
function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + 4 + height <= innerHeight - EDGE;
  const top = below ? box.bottom + 4 : box.top - 4 - height;
  const left = Math.min(Math.max(box.right - width, EDGE), innerWidth - width - EDGE);
  menu.style.top = `${Math.max(top, EDGE)}px`;
  menu.style.left = `${left}px`;
}

function itemView({ label, name, hint, checked, danger, level, run }, close) {
  const classes = ['menu-item', danger ? 'is-danger' : '', level ? `level-${Math.min(level, 3)}` : ''];
  const choice = checked !== undefined;
  return el('button', {
    type: 'button',
    class: classes.filter(Boolean).join(' '),
    role: choice ? 'menuitemradio' : 'menuitem',
    'aria-checked': choice ? String(checked) : null,
    tabindex: '-1',
    onclick: () => { close(); run(); },
  }, choice || name ? icon(choice ? (checked ? 'check' : 'none') : name) : null, el('span', {}, label), hint ? el('kbd', {}, hint) : null);
}

function onMenuKey(event, menu, close) {
  const items = [...menu.querySelectorAll('button')];
  const at = items.indexOf(document.activeElement);
  const moves = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 };
  if (event.key === 'Escape' || event.key === 'Tab') close();
  else if (event.key in moves) items[moves[event.key]].focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/**
 * Open a menu at a button; opening it again closes it.
 * @param {HTMLElement} anchor
 * @param {({label: string, name?: string, hint?: string, checked?: boolean, danger?: boolean,
 *   level?: number, run: () => void}|null)[]} items `name` is an icon, `checked` makes a choice of it, `level` indents
 *   it from 1 on; null draws a line
 */
export function openMenu(anchor, items) {
  const wasOpen = anchor.getAttribute('aria-expanded') === 'true';
  closeOpen();
  if (wasOpen) return;
  const close = () => {
    menu.remove();
    anchor.setAttribute('aria-expanded', 'false');
    removeEventListener('pointerdown', onPointer, true);
    removeEventListener('resize', close);
    closeOpen = () => {};
    if (anchor.isConnected) anchor.focus({ preventScroll: true });
  };
  const onPointer = (event) => {
    if (!menu.contains(event.target) && !anchor.contains(event.target)) close();
  };
  const nodes = items.map((item) => (item === null ? el('div', { class: 'menu-line', role: 'separator' }) : itemView(item, close)));
  const menu = el('div', { class: 'menu', role: 'menu', 'aria-label': anchor.getAttribute('aria-label') }, ...nodes);
  menu.addEventListener('keydown', (event) => onMenuKey(event, menu, close));
  // A modal dialog makes everything outside itself unreachable.
  (anchor.closest('dialog') ?? document.body).append(menu);
  place(menu, anchor);
  anchor.setAttribute('aria-expanded', 'true');
  addEventListener('pointerdown', onPointer, true);
  addEventListener('resize', close);
  closeOpen = close;
  menu.querySelector('button').focus({ preventScroll: true });
}
