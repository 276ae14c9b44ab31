// Conversations held before: listed, searched, opened again, renamed, deleted.

import { listConversations, removeConversation, renameConversation } from '../core/api.js';
import { arrowKeys, byId, debounced, el, errorCard, errorText, iconButton } from '../core/dom.js';
import { dayGroup, shortDate } from '../core/format.js';
import { openMenu } from '../core/menu.js';
import { note } from '../core/overlay.js';
import { conversationId, conversationRenamed, newConversation, openConversation, saveConversation } from './conversation.js';

const PAGE = 50;
const dialog = byId('history-dialog');
const list = byId('history-list');
const leaving = new Map();
let reading = null;
let count = 0;

async function open(id) {
  try {
    await openConversation(id);
    dialog.close();
  } catch (error) {
    byId('history-tail').replaceChildren(errorCard(error, () => open(id)));
  }
}

/** Deleting cannot be taken back on the server, so it happens only once the note with 撤销 is gone. */
function remove(conversation) {
  const { id } = conversation;
  const commit = (isLeaving = false) => {
    if (!leaving.delete(id)) return;
    removeConversation(id, isLeaving).catch((error) => note(errorText(error)));
  };
  leaving.set(id, commit);
  const wasOpen = id === conversationId();
  if (wasOpen) newConversation();
  read();
  const timer = setTimeout(commit, 9500);
  note(`已删除“${conversation.title}”`, {
    label: '撤销',
    undo: true,
    run: () => {
      clearTimeout(timer);
      leaving.delete(id);
      read();
      if (wasOpen) openConversation(id).catch((error) => note(errorText(error)));
    },
  });
}

function rename(conversation, row) {
  const opener = row.querySelector('.history-open');
  const input = el('input', { type: 'text', class: 'rename', 'aria-label': '新的标题', maxlength: '200' });
  input.value = conversation.title;
  let done = false;
  const close = async (save) => {
    if (done) return;
    done = true;
    const title = input.value.trim();
    input.remove();
    opener.hidden = false;
    opener.focus();
    if (!save || title === '' || title === conversation.title) return;
    try {
      await renameConversation(conversation.id, title);
      conversationRenamed(conversation.id, title);
    } catch (error) {
      note(errorText(error));
    }
    read();
  };
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229 || !['Enter', 'Escape'].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    close(event.key === 'Enter');
  });
  input.addEventListener('blur', () => close(true));
  opener.hidden = true;
  opener.before(input);
  input.select();
  input.focus();
}

function rowOf(conversation) {
  const { id, title, messages, updated_at: at } = conversation;
  const row = el('li', { class: 'history-item', 'data-testid': 'history-item' },
    el('button', {
      type: 'button', class: 'history-open', 'aria-current': id === conversationId() ? 'true' : null, onclick: () => open(id),
    }, el('span', { class: 'history-title' }, title), el('span', { class: 'history-facts' }, `${messages} 问 · ${shortDate(at)}`)),
    iconButton('more', `“${title}”的操作`, {
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
      onclick: (event) => openMenu(event.currentTarget, [
        { name: 'edit', label: '改名', run: () => rename(conversation, row) },
        { name: 'download', label: '导出为 Markdown', run: () => saveConversation(id, title) },
        null,
        { name: 'trash', label: '删除', danger: true, run: () => remove(conversation) },
      ]),
    }));
  return row;
}

/** The rows under the days that they belong to. */
function grouped(conversations) {
  const nodes = [];
  let group = '';
  for (const conversation of conversations) {
    const next = dayGroup(conversation.updated_at);
    if (next !== group) nodes.push(el('li', { class: 'history-group' }, next));
    group = next;
    nodes.push(rowOf(conversation));
  }
  return nodes;
}

async function read(more = false) {
  reading?.abort();
  reading = new AbortController();
  const { signal } = reading;
  const q = byId('history-search').value.trim();
  count = more ? count + PAGE : PAGE;
  try {
    const { conversations, total } = await listConversations({ limit: count, q }, signal);
    if (signal.aborted) return;
    const shown = conversations.filter(({ id }) => !leaving.has(id));
    list.replaceChildren(...grouped(shown));
    const empty = q === '' ? '问过的问题会留在这里。' : `没有问过“${q}”。`;
    const left = total - conversations.length;
    byId('history-tail').replaceChildren(...(shown.length === 0 ? [el('p', { class: 'soft' }, empty)] : []),
      ...(left > 0 && count < 200 ? [el('button', { type: 'button', class: 'quiet-button', onclick: () => read(true) }, '再显示一些')] : []));
  } catch (error) {
    if (!signal.aborted) byId('history-tail').replaceChildren(errorCard(error, () => read()));
  }
}

/** Open the drawer. */
export function openHistory() {
  byId('history-search').value = '';
  dialog.showModal();
  read();
}

/** Wire the drawer. */
export function startHistory() {
  byId('history-search').addEventListener('input', debounced(() => read(), 200));
  arrowKeys(list, '.history-open:not([hidden])');
  byId('history-search').addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') list.querySelector('.history-open')?.focus();
  });
  addEventListener('pagehide', () => { for (const commit of leaving.values()) commit(true); });
}
