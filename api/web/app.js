import { focusComposer, startComposer } from './composer.js';
import { addTurn } from './conversation.js';
import { byId, el } from './dom.js';
import { loadLibrary } from './library.js';
import { citationHash, formatHash, parseHash } from './location.js';
import { openSource, showLibrary, slideOut, startSource } from './source.js';

const EXAMPLES = [
  '宁德时代动力及储能电池项目投资了多少？',
  '小鹏P7从试产到万辆下线用了多久？',
  '广佛肇高速什么时候正式通车？',
  '今天天气怎么样？',
];

// What each opened address must read; a deep link from elsewhere has no entry.
const quotes = new Map();

/** The address bar decides what the source pane shows, so links and the back button just work. */
function route() {
  const target = parseHash(location.hash);
  if (target) openSource({ ...target, quote: quotes.get(location.hash) });
  else {
    slideOut();
    showLibrary(false);
  }
  markActive();
}

function markActive() {
  for (const node of document.querySelectorAll('[data-hash]')) {
    node.classList.toggle('is-active', node.dataset.hash === location.hash);
  }
}

function navigate(hash) {
  if (location.hash === hash) route();
  else location.hash = hash; // hashchange calls route
}

function openCitation(citation) {
  const hash = citationHash(citation);
  quotes.set(hash, citation.quote);
  navigate(hash);
}

function openDocument({ id, revision }) {
  navigate(formatHash({ documentId: id, revision }));
}

/** Drop the address without a history entry or a jump. */
function clearAddress() {
  history.replaceState(null, '', location.pathname + location.search);
  markActive();
}

function closeSource() {
  clearAddress();
  slideOut();
}

function openLibrary() {
  clearAddress();
  loadLibrary(openDocument);
  showLibrary(true);
}

function addExamples() {
  byId('examples').append(...EXAMPLES.map((question) => el('button', {
    type: 'button',
    class: 'example',
    onclick: () => {
      addTurn(question, openCitation);
      focusComposer();
    },
  }, question)));
}

addExamples();
startComposer((question) => addTurn(question, openCitation));
startSource({ onClose: closeSource, onLibrary: openLibrary });
byId('show-library').addEventListener('click', openLibrary);
addEventListener('hashchange', route);
loadLibrary(openDocument);
route();
