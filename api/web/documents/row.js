import { el, iconButton } from '../core/dom.js';
import { bookTitle, characterCount, shortDate } from '../core/format.js';
import { openActions, remove, rename } from './actions.js';
import { choose, isChosen } from './selection.js';

let lastTicked = null;

/** What is worth knowing of a document, in a line. */
function facts({ source, characters, pages, revision, created_at: created, updated_at: updated }) {
  const ending = /\.([a-z0-9]+)$/i.exec(source ?? '')?.[1]?.toUpperCase();
  return [
    ending,
    typeof characters === 'number' ? characterCount(characters) : '',
    pages > 0 ? `${pages} 页` : '',
    revision > 1 ? `第 ${revision} 版` : '',
    shortDate(updated ?? created),
  ].filter(Boolean).join(' · ');
}

/** With Shift, everything between the last ticked row and this one too. */
function ticked(event, document, row) {
  const boxes = [...row.parentElement.children].map(({ wenquDocument }) => wenquDocument);
  const [from, to] = [boxes.indexOf(lastTicked), boxes.indexOf(document)].sort((a, b) => a - b);
  const range = event.shiftKey && from >= 0 ? boxes.slice(from, to + 1) : [document];
  choose(range, event.target.checked);
  lastTicked = document;
}

function onKeydown(event, document, row) {
  if (event.target.matches('input[type=text]')) return;
  if (event.key === 'F2') rename(document, row);
  else if (event.key === 'Delete') {
    (row.nextElementSibling ?? row.previousElementSibling)?.querySelector('.document-open').focus();
    remove([document]);
  } else return;
  event.preventDefault();
}

/**
 * A document in the list.
 * @param {object} document of GET /v1/documents
 * @param {(document: object) => void} onOpen
 * @returns {HTMLElement}
 */
export function documentRow(document, onOpen) {
  const name = bookTitle(document.title);
  const row = el('li', { class: 'document', 'data-testid': 'document' },
    el('input', {
      type: 'checkbox',
      class: 'tick',
      'aria-label': `只问${name}`,
      title: '勾选后只在选中的文档里找答案',
      onclick: (event) => ticked(event, document, row),
    }),
    el('button', { type: 'button', class: 'document-open', onclick: () => onOpen(document) },
      el('span', { class: 'document-title', title: document.title }, document.title),
      el('span', { class: 'document-facts' }, facts(document))),
    iconButton('more', `${name}的操作`, {
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      onclick: (event) => openActions(document, row, event.currentTarget),
    }));
  row.wenquDocument = document;
  row.querySelector('.tick').checked = isChosen(document.id);
  row.addEventListener('keydown', (event) => onKeydown(event, document, row));
  return row;
}
