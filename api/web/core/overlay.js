// What lies over the page for a while: notes at the bottom, and dialogs.

import { byId, el } from './dom.js';

const NOTE_MS = 5000;
const UNDO_MS = 9000;
let dismissCurrent = () => {};

/**
 * Say something at the bottom of the page, with an action that can still be taken.
 * The note stays while the pointer or the focus is on it.
 * @param {string} message
 * @param {{label: string, run: () => void, undo?: boolean}|null} [action] `undo`: Ctrl+Z takes it too
 * @returns {() => void} takes the note away
 */
export function note(message, action = null) {
  dismissCurrent();
  const place = byId('notes');
  // A modal dialog makes everything outside itself unreachable.
  (document.querySelector('dialog[open]') ?? document.body).append(place);
  const button = action && el('button', { type: 'button', class: 'note-action', 'data-testid': 'note-action' }, action.label);
  const node = el('div', { class: 'note', 'data-testid': 'note' }, el('p', {}, message), button);
  let timer = 0;
  const dismiss = () => {
    clearTimeout(timer);
    removeEventListener('keydown', onKeydown);
    node.remove();
  };
  const take = () => { dismiss(); action.run(); };
  const onKeydown = (event) => {
    if (!action?.undo || event.key !== 'z' || !(event.ctrlKey || event.metaKey) || event.target.closest('input, textarea')) return;
    event.preventDefault();
    take();
  };
  const wait = () => { timer = setTimeout(dismiss, action ? UNDO_MS : NOTE_MS); };
  const hold = () => clearTimeout(timer);
  for (const name of ['pointerenter', 'focusin']) node.addEventListener(name, hold);
  for (const name of ['pointerleave', 'focusout']) node.addEventListener(name, wait);
  button?.addEventListener('click', take);
  addEventListener('keydown', onKeydown);
  place.append(node);
  wait();
  dismissCurrent = dismiss;
  return dismiss;
}

/** Wire a dialog of index.html: a click beside it, or on something marked data-close, closes it. */
export function startDialog(dialog) {
  dialog.addEventListener('close', () => document.body.append(byId('notes')));
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog || event.target.closest('[data-close]')) dialog.close();
  });
}

/**
 * Put text on the clipboard. The clipboard API exists only over HTTPS or on
 * localhost; inside a company it is often plain HTTP.
 * @param {string} text
 */
export async function writeClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = el('textarea', { class: 'visually-hidden', 'aria-hidden': 'true' });
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (!copied) throw new Error('copy refused');
}

/**
 * Hand the reader a file made here.
 * @param {string} name
 * @param {string} text
 */
export function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/markdown;charset=utf-8' }));
  const link = el('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
