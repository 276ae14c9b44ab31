import { focusComposer, startComposer } from './chat/composer.js';
import { addTurn, newConversation, resumeConversation, saveConversation, startConversation } from './chat/conversation.js';
import { openHistory, startHistory } from './chat/history.js';
import { startScope } from './chat/scope.js';
import { startWelcome } from './chat/welcome.js';
import { showDocument } from './core/api.js';
import { byId } from './core/dom.js';
import { bookTitle } from './core/format.js';
import { forgetKey, hasKey } from './core/key.js';
import { citationHash, formatHash, navigate, parseHash } from './core/location.js';
import { openMenu } from './core/menu.js';
import { note, startDialog } from './core/overlay.js';
import { startShortcuts } from './core/shortcuts.js';
import { learnFormats, startFiles } from './documents/files.js';
import { startLibrary } from './documents/library.js';
import { openPaste, startPaste } from './documents/paste.js';
import { chooseOnly } from './documents/selection.js';
import { startTray } from './documents/tray.js';
import { startUploads } from './documents/uploads.js';
import { isNarrow, isOver, showView, slideIn, slideOut, startPane } from './source/pane.js';
import { leaveSource, openSource, startSource } from './source/source.js';

const DOCUMENTS = '#/documents';
// What each opened address must read, and what else the same answer cites; a deep link from elsewhere has no entry.
const known = new Map();
let cameFrom = '';

/** The address bar decides what the right-hand pane shows, so links and the back button just work. */
function route() {
  const target = parseHash(location.hash);
  if (target) {
    openSource({ ...target, ...known.get(location.hash) });
  } else {
    cameFrom = location.hash;
    leaveSource();
    showView('documents');
    if (location.hash === DOCUMENTS) slideIn();
    else slideOut();
  }
  markActive();
}

function markActive() {
  for (const node of document.querySelectorAll('[data-hash]')) {
    const isActive = node.dataset.hash === location.hash;
    node.classList.toggle('is-active', isActive);
    if (isActive) node.setAttribute('aria-current', 'true');
    else node.removeAttribute('aria-current');
  }
}

const inSameText = (a) => (b) => a.document_id === b.document_id && a.revision === b.revision;

function remember(citation, citations) {
  const siblings = citations.filter(inSameText(citation));
  for (const one of [citation, ...siblings]) known.set(citationHash(one), { quote: one.quote, siblings });
}

function openCitation(citation, citations) {
  remember(citation, citations);
  navigate(citationHash(citation));
}

/** Where both panes fit, an answer brings its source with it, unless the reader is busy there. */
function onAnswer({ citations }) {
  markActive();
  const isBusy = byId('source').contains(document.activeElement) || document.querySelector('dialog[open]');
  if (citations.length === 0 || isNarrow() || isBusy) return;
  remember(citations[0], citations);
  history.replaceState(null, '', citationHash(citations[0]));
  route();
}

function replaceAddress(hash) {
  history.replaceState(null, '', hash || location.pathname + location.search);
  route();
}

/** One step back: from a document to where it was opened from, from the documents to the conversation. */
function stepBack() {
  const toDocuments = isNarrow() && parseHash(location.hash) !== null && cameFrom === DOCUMENTS;
  replaceAddress(toDocuments ? DOCUMENTS : '');
}

function showDocuments() {
  if (isNarrow()) navigate(DOCUMENTS);
  else replaceAddress('');
}

function startAnew() {
  newConversation();
  if (isOver() || parseHash(location.hash)) replaceAddress('');
  focusComposer();
}

function askNow(question) {
  addTurn(question);
  focusComposer();
}

function step(by) {
  if (!byId('source-view').hidden && !byId('citation-steps').hidden) byId(by > 0 ? 'next-citation' : 'previous-citation').click();
}

function themeItems() {
  const chosen = window.wenquTheme.chosen();
  return [['system', '外观跟随系统'], ['light', '浅色'], ['dark', '深色']].map(([value, label]) => ({
    label, checked: value === chosen, run: () => window.wenquTheme.choose(value),
  }));
}

function openMainMenu(event) {
  openMenu(event.currentTarget, [
    { name: 'download', label: '导出这次对话', run: () => saveConversation() },
    { name: 'keyboard', label: '键盘操作', hint: '?', run: () => byId('help-dialog').showModal() },
    { name: 'code', label: '接口文档', run: () => window.open('/docs', '_blank', 'noopener') },
    ...(hasKey() ? [{ name: 'key', label: '忘掉密钥', run: () => { forgetKey(); location.reload(); } }] : []),
    null,
    ...themeItems(),
  ]);
}

function goAsk() {
  if (isOver()) replaceAddress('');
  focusComposer();
}

/** Uploads that were going on are done: say so, and offer to ask. */
async function onAdded({ detail: { added } }) {
  if (added.length > 1) note(`已添加 ${added.length} 篇文档。`, isOver() ? { label: '去提问', run: goAsk } : null);
  else {
    const { id, title } = await showDocument(added[0].id).catch(() => ({ id: added[0].id, title: added[0].name }));
    const ask = { label: '只问这一篇', run: () => { chooseOnly({ id, title }); goAsk(); } };
    note(added[0].replaced ? `${bookTitle(title)}已换成新版` : `已添加${bookTitle(title)}`, ask);
  }
  if (isNarrow() || !byId('source').contains(document.activeElement)) focusComposer();
}

function startButtons() {
  const on = (id, run) => byId(id).addEventListener('click', run);
  on('open-history', openHistory);
  on('new-conversation', startAnew);
  on('open-menu', openMainMenu);
  on('show-documents', showDocuments);
  on('source-back', stepBack);
  on('documents-back', stepBack);
  on('paste-open', () => openPaste());
  on('folder-open', () => byId('folder-input').click());
  for (const button of document.querySelectorAll('[data-pick-files]')) button.addEventListener('click', () => byId('file-input').click());
  for (const button of document.querySelectorAll('[data-paste-text]')) button.addEventListener('click', () => openPaste());
  for (const dialog of document.querySelectorAll('dialog')) startDialog(dialog);
}

startPane();
startSource();
startConversation({ onOpen: openCitation, onAnswer });
startComposer({ onQuestion: addTurn, onLongText: openPaste });
startScope(() => { showDocuments(); if (!isNarrow()) byId('document-search').focus(); });
startWelcome(askNow);
startHistory();
startTray();
startFiles(showDocuments);
startPaste(showDocuments);
startButtons();
startShortcuts({
  ask: () => { goAsk(); byId('question').focus(); },
  fresh: startAnew,
  history: openHistory,
  documents: () => { showDocuments(); byId('document-search').focus(); },
  add: () => byId('file-input').click(),
  step,
  escape: () => { if (isOver()) stepBack(); },
});
addEventListener('hashchange', route);
addEventListener('wenqu:added', onAdded);
// The first list of documents shows that the server is ready for the rest.
addEventListener('wenqu:library', () => {
  resumeConversation();
  startUploads();
  learnFormats().catch(() => {}); // The server decides by itself what it can read.
}, { once: true });
route();
startLibrary(({ id, revision }) => navigate(formatHash({ documentId: id, revision })));
