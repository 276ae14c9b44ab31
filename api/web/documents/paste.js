// A text as a document: pasted or typed into a dialog.

import { byId } from '../core/dom.js';
import { grouped } from '../core/format.js';
import { codePointLength } from '../core/text.js';
import { addPasted } from './uploads.js';

const TITLE_LENGTH = 30;

/** Without a title, the first line names the document. */
function titleOf(title, text) {
  const given = title.trim();
  return given || [...text.trim().split('\n')[0].trim()].slice(0, TITLE_LENGTH).join('');
}

function refresh() {
  const length = codePointLength(byId('paste-text').value.trim());
  byId('paste-count').textContent = length === 0 ? '' : `${grouped(length)} 字`;
  byId('paste-add').disabled = length === 0;
}

/** @param {string} [text] to begin with */
export function openPaste(text = '') {
  byId('paste-title-input').value = '';
  byId('paste-text').value = text;
  refresh();
  byId('paste-dialog').showModal();
  byId(text === '' ? 'paste-text' : 'paste-title-input').focus();
}

/** @param {() => void} onTaken a text was given */
export function startPaste(onTaken) {
  const dialog = byId('paste-dialog');
  byId('paste-text').addEventListener('input', refresh);
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) byId('paste-add').click();
  });
  byId('paste-form').addEventListener('submit', () => {
    const text = byId('paste-text').value;
    addPasted(titleOf(byId('paste-title-input').value, text), text);
    onTaken();
  });
}
