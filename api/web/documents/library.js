// The list of documents: searched, read page by page, and read anew when something changed.

import { listDocuments } from '../core/api.js';
import { arrange, arrowKeys, byId, debounced, el, errorCard } from '../core/dom.js';
import { remove } from './actions.js';
import { documentRow } from './row.js';
import { choose, chooseAll, chosenIds, chosenTitles, isChosen } from './selection.js';

const PAGE = 60;
const MOST = 200;
const STARTING_MS = 1500;
const list = byId('document-list');
let open = () => {};
let rows = new Map();
let reading = null;
let libraryTotal = null;
let listed = 0; // How many of the list proper are shown, without those being replaced.

/** @returns {number|null} how many documents there are, null until that is known */
export const documentTotal = () => libraryTotal;

const searched = () => byId('document-search').value.trim();

/** The row of a document that has not changed stays, with the focus and what is being typed in it. */
function rowFor(document, old) {
  const facts = JSON.stringify(document);
  const known = old.get(document.id);
  return known?.facts === facts ? known : { facts, row: documentRow(document, open) };
}

function draw(documents, keep) {
  const old = rows;
  rows = new Map(keep ? old : []);
  for (const document of documents) rows.set(document.id, rowFor(document, old));
  const focused = document.activeElement?.closest?.('#document-list li')?.wenquDocument?.id;
  arrange(list, [...rows.values()].map(({ row }) => row));
  if (focused && !list.contains(document.activeElement)) rows.get(focused)?.row.querySelector('.document-open').focus();
}

function drawTail(total) {
  const left = total - rows.size;
  const tail = byId('document-tail');
  if (total === 0) {
    const message = searched() === '' ? '' : `没有标题或文件名含“${searched()}”的文档。`;
    tail.replaceChildren(el('p', { class: 'soft' }, message));
  } else if (left > 0) {
    tail.replaceChildren(el('button', { type: 'button', class: 'quiet-button', onclick: () => read(listed) }, `再显示一些（还有 ${left} 篇）`));
  } else tail.replaceChildren();
}

function announce(total) {
  if (searched() !== '') return;
  libraryTotal = total;
  byId('document-count').textContent = total > 0 ? `${total} 篇` : '';
  byId('documents-empty').hidden = total > 0;
  byId('document-tools').hidden = total === 0;
  dispatchEvent(new Event('wenqu:library'));
}

/** Documents that answer from their present text while a new one is on its way, or after it failed. */
async function beingReplaced(q, signal) {
  const { documents } = await listDocuments({ limit: MOST, q, status: ['queued', 'parsing', 'indexing', 'failed'] }, signal);
  return documents.filter(({ revision }) => revision !== null);
}

/** Read a page of the list, or all that is shown once more from the beginning. */
async function read(offset = 0) {
  reading?.abort();
  reading = new AbortController();
  const { signal } = reading;
  const limit = offset > 0 ? PAGE : Math.min(Math.max(PAGE, rows.size), MOST);
  try {
    const q = searched();
    const [indexed, replaced] = await Promise.all([
      listDocuments({ limit, offset, q, status: 'indexed' }, signal),
      offset > 0 ? [] : beingReplaced(q, signal),
    ]);
    if (signal.aborted) return;
    listed = offset + indexed.documents.length;
    draw([...replaced, ...indexed.documents], offset > 0);
    const total = indexed.total + replaced.length;
    drawTail(total);
    announce(total);
  } catch (error) {
    if (!signal.aborted) showFailure(error, offset);
  }
}

/** A server that is still starting is asked again by itself. */
function showFailure(error, offset) {
  const isStarting = error.code === 'not_ready';
  byId('document-tail').replaceChildren(isStarting
    ? el('p', { class: 'soft', role: 'status' }, '问渠正在启动，请稍候…')
    : errorCard(error, () => read(offset)));
  if (isStarting) setTimeout(() => read(offset), STARTING_MS);
}

function drawSelection() {
  const count = chosenIds()?.length ?? 0;
  byId('selection-bar').hidden = count === 0;
  byId('selection-count').textContent = `只问选中的 ${count} 篇`;
  for (const { row } of rows.values()) row.querySelector('.tick').checked = isChosen(row.wenquDocument.id);
}

const shownDocuments = () => [...rows.values()].map(({ row }) => row.wenquDocument);

function removeChosen() {
  const titles = chosenTitles();
  remove((chosenIds() ?? []).map((id, index) => ({ id, title: titles[index] })));
}

/** Near the end of the list the next page is read without being asked for. */
function readOnScroll() {
  new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) byId('document-tail').querySelector(':scope > button')?.click();
  }, { root: byId('documents-scroll'), rootMargin: '400px' }).observe(byId('document-tail'));
}

/** Read the list anew. */
const refreshLibrary = debounced(() => read(), 120);

/** @param {(document: object) => void} onOpen */
export function startLibrary(onOpen) {
  open = onOpen;
  byId('document-search').addEventListener('input', refreshLibrary);
  byId('choose-shown').addEventListener('click', () => choose(shownDocuments(), true));
  byId('choose-none').addEventListener('click', chooseAll);
  byId('remove-chosen').addEventListener('click', removeChosen);
  arrowKeys(list, '.document-open:not([hidden])');
  addEventListener('wenqu:documents', refreshLibrary);
  addEventListener('wenqu:selection', drawSelection);
  readOnScroll();
  read();
}
