// One question and its reply, from the moment it is asked.

import { ask } from '../core/api.js';
import { el, errorCard } from '../core/dom.js';
import { bookTitle } from '../core/format.js';
import { replyCard } from './answer.js';

const MOST_WAITS = 40;

/** @typedef {{node: HTMLElement, reply: HTMLElement, question: string, documentIds: string[]|null}} Turn */

function scopeNote(titles) {
  if (titles.length === 0) return null;
  const words = titles.length === 1 ? `只问${bookTitle(titles[0])}` : `只问 ${titles.length} 篇`;
  return el('span', { class: 'asked-scope', title: titles.map(bookTitle).join('\n') }, words);
}

/**
 * @param {string} question
 * @param {string[]|null} documentIds null for all
 * @param {string[]} titles of those documents
 * @returns {Turn}
 */
export function createTurn(question, documentIds = null, titles = []) {
  const reply = el('div', { class: 'reply' });
  const node = el('article', { class: 'turn', 'data-testid': 'turn' },
    el('div', { class: 'asked-line' },
      el('p', { class: 'asked' }, el('span', { class: 'visually-hidden' }, '问：'), question), scopeNote(titles)), reply);
  return { node, reply, question, documentIds };
}

/** Show a reply that is already known. */
export function showReply(turn, response, onOpen, feedback) {
  turn.reply.replaceChildren(replyCard(response, turn.question, onOpen, feedback));
}

/** What the reader sees until the answer comes; `say` changes the words. */
function waiting(turn, controller) {
  const words = el('span', {}, '正在查找…');
  turn.reply.replaceChildren(el('div', { class: 'waiting', 'data-testid': 'waiting' }, words,
    el('button', { type: 'button', class: 'link-button', onclick: () => controller.abort() }, '停止')));
  return (text) => { words.textContent = text; };
}

function foundWords(passages) {
  const titles = [...new Set(passages.map(({ document_title: title }) => title))];
  const where = titles.length === 1 ? bookTitle(titles[0]) : `${titles.length} 篇文档`;
  return passages.length === 0 ? '没有相近的原文' : `在${where}中找到 ${passages.length} 段，正在阅读…`;
}

/** Draws what has arrived so far, event by event. */
function progressiveView(turn, say, onOpen) {
  let answer = null;
  return (event, data) => {
    if (event === 'retrieval') say(foundWords(data.passages));
    if (event === 'answer') answer = { ...data, id: undefined, citations: [] };
    if (event === 'citation' && answer) answer.citations.push(data);
    const drawable = answer?.status === 'answered' && (answer.kind !== 'list' || answer.citations.length > 0);
    if (drawable) turn.reply.replaceChildren(replyCard(answer, turn.question, onOpen));
  };
}

const pause = (seconds) => new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });

/** A server that is starting, or full, is asked again when it says; the reader sees why it takes long. */
async function askPatiently(body, onEvent, signal, say) {
  for (let waits = 0; ; waits += 1) {
    try {
      return await ask(body, onEvent, signal);
    } catch (error) {
      const comesBack = error.status === 503 && error.retryAfter > 0 && error.code !== 'not_available';
      if (signal.aborted || !comesBack || waits >= MOST_WAITS) throw error;
      say(error.code === 'not_ready' ? '问渠正在启动，好了就回答…' : '问的人有点多，正在排队…');
      await pause(Math.min(error.retryAfter, 10));
      if (signal.aborted) throw error;
    }
  }
}

/**
 * Ask a turn's question and show the reply as it comes.
 * @param {Turn} turn
 * @param {string|null} conversationId
 * @param {{onOpen: (citation: object) => void, onRetry: () => void, signalTo: (controller: AbortController) => void}} handlers
 * @returns {Promise<object|null>} the AskResponse; null when it failed or was stopped, which is shown
 */
export async function fillTurn(turn, conversationId, { onOpen, onRetry, signalTo }) {
  const controller = new AbortController();
  signalTo(controller);
  const say = waiting(turn, controller);
  turn.reply.setAttribute('aria-busy', 'true');
  const body = {
    question: turn.question,
    ...(conversationId && { conversation_id: conversationId }),
    ...(turn.documentIds && { document_ids: turn.documentIds }),
  };
  try {
    const response = await askPatiently(body, progressiveView(turn, say, onOpen), controller.signal, say);
    showReply(turn, response, onOpen, null);
    return response;
  } catch (error) {
    turn.reply.replaceChildren(controller.signal.aborted ? stoppedView(onRetry) : errorCard(error, onRetry));
    return null;
  } finally {
    turn.reply.removeAttribute('aria-busy');
  }
}

function stoppedView(onRetry) {
  return el('div', { class: 'waiting is-stopped' }, el('span', {}, '已停止'),
    el('button', { type: 'button', class: 'link-button', onclick: onRetry }, '重新提问'));
}
