// The right-hand pane: the documents, or one of them. On a narrow screen it slides over the conversation.

import { byId } from '../core/dom.js';

const narrow = matchMedia('(max-width: 860px)');
const pane = byId('source');
let opener = null;

/** @returns {boolean} whether only one pane fits */
export const isNarrow = () => narrow.matches;

/** @returns {boolean} whether the pane covers the conversation */
export const isOver = () => narrow.matches && pane.classList.contains('is-open');

/** On a narrow screen only one of the two panes can be reached at a time. */
function syncReach() {
  const slidOver = pane.classList.contains('is-open');
  byId('chat').inert = narrow.matches && slidOver;
  pane.inert = narrow.matches && !slidOver;
}

/** @param {'documents'|'article'|'failure'} view */
export function showView(view) {
  const isDocuments = view === 'documents';
  byId('documents-view').hidden = !isDocuments;
  byId('source-view').hidden = isDocuments;
  byId('source-body').hidden = view !== 'article';
  if (view !== 'failure') byId('source-failure').replaceChildren();
  pane.setAttribute('aria-labelledby', isDocuments ? 'documents-title' : 'source-title');
}

/** Bring the pane forward on a narrow screen; on a wide one it is always there. */
export function slideIn() {
  const wasOpen = pane.classList.contains('is-open');
  if (!wasOpen) opener = document.activeElement;
  pane.classList.add('is-open');
  syncReach();
  if (!narrow.matches) return;
  const back = byId(byId('source-view').hidden ? 'documents-back' : 'source-back');
  back.focus({ preventScroll: true });
}

/** Slide the pane away and put the focus back where it came from. */
export function slideOut() {
  if (!pane.classList.contains('is-open')) return;
  pane.classList.remove('is-open');
  syncReach();
  if (narrow.matches && opener?.isConnected) opener.focus({ preventScroll: true });
}

/** Follow the width of the window. */
export function startPane() {
  narrow.addEventListener('change', syncReach);
  syncReach();
}
