import { listDocuments } from './api.js';
import { byId, el, errorCard } from './dom.js';

const PAGE = 50;
const STATUS_WORDS = {
  pending: '等待处理', queued: '等待处理', processing: '处理中', indexing: '处理中', failed: '处理失败',
};

function describe(document) {
  const parts = [];
  if (typeof document.characters === 'number') parts.push(`${document.characters.toLocaleString('zh-CN')} 字`);
  if (document.created_at) parts.push(String(document.created_at).slice(0, 10));
  if (STATUS_WORDS[document.status]) parts.push(STATUS_WORDS[document.status]);
  return parts.join(' · ');
}

function documentItem(document, onOpen) {
  return el('li', {},
    el('button', { type: 'button', class: 'library-item', onclick: () => onOpen(document) },
      el('span', { class: 'library-title' }, document.title),
      el('span', { class: 'library-note' }, describe(document))));
}

async function appendPage(list, tail, onOpen) {
  tail.replaceChildren(el('p', { class: 'waiting' }, '正在读取文档列表…'));
  try {
    const { documents, total } = await listDocuments(PAGE, list.childElementCount);
    list.append(...documents.map((document) => documentItem(document, onOpen)));
    tail.replaceChildren(...tailOf(list, tail, total, documents.length, onOpen));
  } catch (error) {
    tail.replaceChildren(errorCard(error, () => appendPage(list, tail, onOpen)));
  }
}

function tailOf(list, tail, total, added, onOpen) {
  if (total === 0) return [el('p', { class: 'library-intro' }, '文档库里还没有文档。')];
  const left = total - list.childElementCount;
  if (left <= 0 || added === 0) return [];
  const more = () => appendPage(list, tail, onOpen);
  return [el('button', { type: 'button', class: 'quiet-button', onclick: more }, `再显示一些（还有 ${left} 篇）`)];
}

/**
 * Read the list anew, so that documents added meanwhile appear.
 * @param {(document: object) => void} onOpen
 */
export function loadLibrary(onOpen) {
  const list = el('ul', { class: 'library-list' });
  const tail = el('div', { class: 'library-tail' });
  byId('library').replaceChildren(
    el('p', { class: 'library-intro' }, '答案都出自下面这些文档。点开可读全文。'), list, tail);
  appendPage(list, tail, onOpen);
}
