import { ask } from './api.js';
import { answerCard, noAnswerCard } from './cards.js';
import { byId, el, errorCard, scrollInside } from './dom.js';

const TOP_GAP = 16;
let conversationId = null;

/** Bring a turn into view from its question on, however long the reply is. */
function reveal(turn) {
  const view = byId('conversation');
  const top = turn.getBoundingClientRect().top - view.getBoundingClientRect().top;
  scrollInside(view, view.scrollTop + top - TOP_GAP);
}

/** A late reply must not pull the reader away from a newer turn. */
function revealIfLatest(turn) {
  if (turn === byId('turns').lastElementChild) reveal(turn);
}

function waitingView() {
  return el('p', { class: 'waiting' }, '正在查找…');
}

async function fillReply(turn, reply, question, onOpen) {
  reply.replaceChildren(waitingView());
  reply.setAttribute('aria-busy', 'true');
  try {
    const result = await ask(question, conversationId);
    conversationId = result.conversation_id;
    const card = result.status === 'answered' ? answerCard : noAnswerCard;
    reply.replaceChildren(card(result, question, onOpen));
  } catch (error) {
    reply.replaceChildren(errorCard(error, () => fillReply(turn, reply, question, onOpen)));
  }
  reply.removeAttribute('aria-busy');
  revealIfLatest(turn);
}

/**
 * Show a question at once and its reply when it comes. Turns are independent,
 * so a slow one does not hold up the next.
 * @param {string} question
 * @param {(citation: object) => void} onOpen
 */
export function addTurn(question, onOpen) {
  byId('welcome').hidden = true;
  const reply = el('div', { class: 'reply' });
  const turn = el('article', { class: 'turn' },
    el('p', { class: 'asked' }, el('span', { class: 'visually-hidden' }, '问：'), question), reply);
  byId('turns').append(turn);
  fillReply(turn, reply, question, onOpen);
  reveal(turn);
}
