// The conversation being held: its turns, and what the server calls it.

import { exportConversation, showConversation } from '../core/api.js';
import { byId, errorText, scrollInside } from '../core/dom.js';
import { download, note } from '../core/overlay.js';
import { chosenIds, chosenTitles } from '../documents/selection.js';
import { createTurn, fillTurn, showReply } from './turn.js';

const TOP_GAP = 16;
const KEPT = 'wenqu.conversation';
let handlers = { onOpen: () => {}, onAnswer: () => {} };

/** A conversation that was left is no longer `current`, so that its late replies change nothing. */
const begin = (id = null, title = '') => ({ id, title, last: Promise.resolve(), controllers: new Set() });
let current = begin();

/** @returns {string|null} */
export const conversationId = () => current.id;

/** Bring a turn into view from its question on, however long the reply is. */
function reveal(turn) {
  const view = byId('conversation');
  const top = turn.getBoundingClientRect().top - view.getBoundingClientRect().top;
  scrollInside(view, view.scrollTop + top - TOP_GAP);
}

function name(conversation, id, title) {
  conversation.id = id;
  conversation.title = title;
  if (conversation !== current) return;
  byId('conversation-title').textContent = title;
  byId('conversation-title').title = title;
  if (id) sessionStorage.setItem(KEPT, id);
  else sessionStorage.removeItem(KEPT);
}

async function reply(conversation, turn) {
  const response = await fillTurn(turn, conversation.id, {
    onOpen: (citation) => handlers.onOpen(citation, citationsOf(turn)),
    onRetry: () => enqueue(conversation, turn),
    signalTo: (controller) => conversation.controllers.add(controller),
  });
  if (conversation !== current) return;
  const isLatest = turn.node === byId('turns').lastElementChild;
  if (isLatest) reveal(turn.node); // A late reply must not pull the reader away from a newer turn.
  if (!response) return;
  turn.response = response;
  if (!conversation.id) name(conversation, response.conversation_id, turn.question);
  if (isLatest) handlers.onAnswer(response);
}

const citationsOf = ({ response: { citations = [], conflicting = [], nearest = [] } = {} }) => (
  [...citations, ...conflicting, ...nearest]);

/** A question may lean on the one before, so each waits for the reply to that. */
function enqueue(conversation, turn) {
  conversation.last = conversation.last.then(() => (conversation === current ? reply(conversation, turn) : null));
}

/**
 * Show a question at once and its reply when it comes.
 * @param {string} question
 */
export function addTurn(question) {
  byId('welcome').hidden = true;
  const turn = createTurn(question, chosenIds(), chosenTitles());
  byId('turns').append(turn.node);
  enqueue(current, turn);
  reveal(turn.node);
}

/** Leave the conversation and begin anew; it stays in the history. */
export function newConversation() {
  for (const controller of current.controllers) controller.abort();
  current = begin();
  name(current, null, '');
  byId('turns').replaceChildren();
  byId('welcome').hidden = false;
  dispatchEvent(new Event('wenqu:conversation'));
}

function showMessage(message) {
  const turn = createTurn(message.question);
  turn.response = message.response;
  showReply(turn, message.response, (citation) => handlers.onOpen(citation, citationsOf(turn)), message.feedback);
  return turn.node;
}

/**
 * Go on with a conversation of the history.
 * @param {string} id
 * @throws {ApiError}
 */
export async function openConversation(id) {
  const { title, messages } = await showConversation(id);
  newConversation();
  current = begin(id, title);
  name(current, id, title);
  byId('welcome').hidden = messages.length > 0;
  byId('turns').setAttribute('aria-busy', 'true'); // Old turns need not be read out.
  byId('turns').replaceChildren(...messages.map(showMessage));
  byId('turns').removeAttribute('aria-busy');
  byId('conversation').scrollTop = byId('conversation').scrollHeight;
}

/** After a reload, the conversation that was being held is there again. */
export async function resumeConversation() {
  const id = sessionStorage.getItem(KEPT);
  if (!id || current.id || byId('turns').childElementCount > 0) return;
  try {
    await openConversation(id);
  } catch (error) {
    if (error.status === 404) sessionStorage.removeItem(KEPT);
    byId('welcome').hidden = false;
    dispatchEvent(new Event('wenqu:conversation'));
  }
}

/** The history gave the conversation another title. */
export function conversationRenamed(id, title) {
  if (id === current.id) name(current, id, title);
}

/**
 * Hand the reader a conversation as a Markdown file.
 * @param {string|null} id
 * @param {string} [title]
 */
export async function saveConversation(id = current.id, title = current.title) {
  if (!id) {
    note('还没有可以导出的对话。');
    return;
  }
  try {
    download(`${(title || '对话').replace(/[\\/:*?"<>|\n]/g, ' ').slice(0, 60).trim()}.md`, await exportConversation(id));
  } catch (error) {
    note(errorText(error));
  }
}

/** @param {{onOpen: (citation: object, siblings: object[]) => void, onAnswer: (response: object) => void}} given */
export function startConversation(given) {
  handlers = given;
  byId('welcome').hidden = sessionStorage.getItem(KEPT) !== null;
}
