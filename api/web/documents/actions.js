// What can be done with documents of the library.

import { listRevisions, removeDocument, renameDocument, restoreDocument } from '../core/api.js';
import { byId, el, errorText } from '../core/dom.js';
import { bookTitle, shortDate } from '../core/format.js';
import { formatHash, navigate } from '../core/location.js';
import { openMenu } from '../core/menu.js';
import { note } from '../core/overlay.js';
import { documentsChanged } from './changes.js';
import { choose, chooseOnly } from './selection.js';
import { replaceWithFile } from './uploads.js';

/** Do one thing for each document; how many failed, and why the last did. */
async function forEach(documents, work) {
  const results = await Promise.allSettled(documents.map(({ id }) => work(id)));
  const failed = results.filter(({ status }) => status === 'rejected');
  for (const { id } of documents) documentsChanged(id);
  return failed.length === 0 ? '' : errorText(failed[0].reason);
}

async function restore(documents) {
  const problem = await forEach(documents, restoreDocument);
  note(problem || (documents.length === 1 ? `已恢复${bookTitle(documents[0].title)}` : `已恢复 ${documents.length} 篇`));
}

/**
 * Delete at once, with a way back.
 * @param {{id: string, title: string}[]} documents
 */
export async function remove(documents) {
  const problem = await forEach(documents, removeDocument);
  if (problem) {
    note(problem);
    return;
  }
  choose(documents, false);
  const what = documents.length === 1 ? bookTitle(documents[0].title) : `${documents.length} 篇文档`;
  note(`已删除${what}`, { label: '撤销', undo: true, run: () => restore(documents) });
}

/**
 * Turn the title in a row into a field: Enter keeps the new title, Esc the old one.
 * @param {{id: string, title: string}} document
 * @param {HTMLElement} row
 */
export function rename(document, row) {
  const opener = row.querySelector('.document-open');
  const input = el('input', { type: 'text', class: 'rename', 'aria-label': '新的标题', maxlength: '200' });
  input.value = document.title;
  let open = true;
  const close = (focus) => {
    open = false;
    input.remove();
    opener.hidden = false;
    if (focus) opener.focus();
  };
  const save = async (focus) => {
    if (!open) return;
    const title = input.value.trim();
    close(focus);
    if (title === '' || title === document.title) return;
    row.querySelector('.document-title').textContent = title; // Shown at once; the list is read again below.
    await renameDocument(document.id, title).catch((error) => note(errorText(error)));
    documentsChanged(document.id);
  };
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter') save(true);
    else if (event.key === 'Escape') close(true);
    else return;
    event.stopPropagation();
    event.preventDefault();
  });
  input.addEventListener('blur', () => save(false));
  opener.hidden = true;
  opener.before(input);
  input.select();
  input.focus();
}

/** Pick the file that takes the place of a document's text. */
function replace(document) {
  const input = byId('replace-input');
  input.accept = byId('file-input').accept;
  input.onchange = () => {
    if (input.files.length > 0) replaceWithFile(document.id, input.files[0]);
    input.value = '';
  };
  input.click();
}

async function showRevisions(document, anchor) {
  try {
    const { revisions } = await listRevisions(document.id);
    openMenu(anchor, revisions.map(({ revision, created_at: at }) => ({
      name: 'history',
      label: `第 ${revision} 版 · ${shortDate(at)}`,
      run: () => navigate(formatHash({ documentId: document.id, revision })),
    })));
  } catch (error) {
    note(errorText(error));
  }
}

/**
 * @param {object} document of GET /v1/documents
 * @param {HTMLElement} row
 * @param {HTMLElement} anchor the button of the menu
 */
export function openActions(document, row, anchor) {
  openMenu(anchor, [
    { name: 'target', label: '只问这一篇', run: () => chooseOnly(document) },
    { name: 'edit', label: '改名', hint: 'F2', run: () => rename(document, row) },
    { name: 'replace', label: '用新文件替换…', run: () => replace(document) },
    ...(document.revision > 1 ? [{ name: 'history', label: '看各个版本…', run: () => showRevisions(document, anchor) }] : []),
    null,
    { name: 'trash', label: '删除', hint: 'Del', danger: true, run: () => remove([document]) },
  ]);
}
