// What a new conversation begins with: questions worth asking, or how to add the first document.

import { suggestions } from '../core/api.js';
import { arrowKeys, byId, debounced, el } from '../core/dom.js';
import { documentTotal } from '../documents/library.js';
import { chosenIds } from '../documents/selection.js';

const SHOWN = 4;
const MOST_IDS = 20;
let reading = null;
let onQuestion = () => {};
let newest = []; // What was just added is what the reader wants to ask about.

function suggestionView({ question }) {
  return el('li', {},
    el('button', { type: 'button', class: 'example', 'data-testid': 'suggestion', onclick: () => onQuestion(question) }, question));
}

/** Questions of the chosen documents, else of those just added, else of any. */
async function findQuestions(signal) {
  const wanted = chosenIds() ?? newest;
  const { questions } = await suggestions(SHOWN, wanted.slice(0, MOST_IDS), signal);
  return questions.length > 0 || chosenIds() || newest.length === 0 ? questions : (await suggestions(SHOWN, [], signal)).questions;
}

async function readSuggestions() {
  reading?.abort();
  reading = new AbortController();
  const { signal } = reading;
  try {
    const questions = await findQuestions(signal);
    if (signal.aborted) return;
    byId('examples').replaceChildren(...questions.map(suggestionView));
    byId('examples-title').hidden = questions.length === 0;
  } catch {
    if (signal.aborted) return;
    byId('examples').replaceChildren(); // Nothing to suggest is no reason to complain.
    byId('examples-title').hidden = true;
  }
}

function draw() {
  if (byId('welcome').hidden || documentTotal() === null) return;
  const isEmpty = documentTotal() === 0;
  byId('first-run').hidden = !isEmpty;
  byId('ready').hidden = isEmpty;
  if (!isEmpty) readSuggestions();
}

/** @param {(question: string) => void} onAsk */
export function startWelcome(onAsk) {
  onQuestion = onAsk;
  const redraw = debounced(draw, 200);
  for (const name of ['wenqu:library', 'wenqu:selection', 'wenqu:conversation']) addEventListener(name, redraw);
  addEventListener('wenqu:added', ({ detail: { added } }) => {
    newest = added.map(({ id }) => id);
    redraw();
  });
  arrowKeys(byId('examples'), '.example');
}
