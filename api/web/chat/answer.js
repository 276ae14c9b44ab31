// Replies as cards: an answer with its citations, or none with what came nearest.

import { arrowKeys, el, icon } from '../core/dom.js';
import { confidenceWords } from '../core/format.js';
import { citationHash } from '../core/location.js';
import { codePointLength } from '../core/text.js';
import { bySentence, citationView, nearestItem } from './citations.js';
import { copyButton } from './copy.js';
import { feedbackView } from './feedback.js';

const LONG_ANSWER = 40;
const FIRST_CITATIONS = 3;

function confidenceView(confidence) {
  const percent = `${Math.round(confidence * 100)}%`;
  return el('span', { class: 'confidence', 'data-testid': 'confidence', title: `像这样有把握的答案，约有 ${percent} 是对的` },
    el('meter', { min: '0', max: '1', value: String(confidence), 'aria-label': `把握 ${percent}` }),
    confidenceWords(confidence));
}

function timeView(timings) {
  if (typeof timings?.total !== 'number') return null;
  const seconds = Math.max(timings.total / 1000, 0.01).toFixed(2);
  return el('span', { class: 'time' }, `用时 ${seconds} 秒`);
}

function understoodView(result, question) {
  const understood = result.question_as_understood;
  if (!understood || understood.trim() === question.trim()) return null;
  return el('p', { class: 'understood', 'data-testid': 'understood' }, `理解为：${understood}`);
}

function answerItem(citation, onOpen) {
  return el('li', {},
    el('button', {
      type: 'button',
      class: 'answer-item',
      'data-testid': 'answer-item',
      'data-hash': citationHash(citation),
      title: '查看原文',
      onclick: () => onOpen(citation),
    }, citation.quote));
}

function listView(result, onOpen) {
  const list = el('ol', { class: 'answer-list', 'data-testid': 'answer-list', 'aria-label': `共 ${result.citations.length} 项` },
    ...result.citations.map((citation) => answerItem(citation, onOpen)));
  arrowKeys(list, '.answer-item');
  return list;
}

function verdictView(result) {
  const name = result.verdict === 'yes' ? 'yes' : 'no';
  return el('p', { class: `answer-text verdict is-${name}`, 'data-testid': 'answer-text' },
    icon(name === 'yes' ? 'check' : 'close'), result.answer);
}

function answerView(result, onOpen) {
  if (result.kind === 'list') return listView(result, onOpen);
  if (result.kind === 'yes_no') return verdictView(result);
  const long = codePointLength(result.answer) > LONG_ANSWER ? ' is-long' : '';
  return el('p', { class: `answer-text${long}`, 'data-testid': 'answer-text' }, result.answer);
}

/** What other documents say instead. */
function conflictView(citations, onOpen) {
  if (citations.length === 0) return null;
  return el('div', { class: 'conflict', 'data-testid': 'conflict' },
    el('h3', { class: 'conflict-title' }, icon('alert'), '其他文档说法不同'),
    ...bySentence(citations).map((group) => citationView(group, onOpen)));
}

/** The first sentences, and the rest behind a button. */
function citationViews(citations, onOpen) {
  const views = bySentence(citations).map((group) => citationView(group, onOpen));
  if (views.length <= FIRST_CITATIONS + 1) return views;
  const rest = views.slice(FIRST_CITATIONS);
  const more = el('button', {
    type: 'button',
    class: 'link-button more-citations',
    onclick: () => { more.replaceWith(...rest); },
  }, `还有 ${rest.length} 处出处`);
  return [...views.slice(0, FIRST_CITATIONS), more];
}

/**
 * @param {object} result an `answered` AskResponse, or as much of one as has arrived
 * @param {string} question as typed
 * @param {(citation: object) => void} onOpen
 * @param {object|null} [feedback] given before
 * @returns {HTMLElement}
 */
function answerCard(result, question, onOpen, feedback) {
  const whole = result.id !== undefined;
  return el('section', { class: 'card', 'data-testid': 'answer', 'aria-label': '答案' },
    understoodView(result, question),
    answerView(result, onOpen),
    ...citationViews(result.citations, onOpen),
    conflictView(result.conflicting ?? [], onOpen),
    el('footer', { class: 'card-foot' },
      confidenceView(result.confidence),
      timeView(result.timings_ms),
      whole ? el('span', { class: 'card-actions' }, copyButton(result), feedbackView(result, feedback)) : null));
}

function noAnswerCard(result, question, onOpen, feedback) {
  const nearest = result.nearest ?? [];
  const list = el('ul', { class: 'nearest-list' }, ...nearest.map((passage) => nearestItem(passage, onOpen)));
  arrowKeys(list, '.nearest');
  return el('section', { class: 'card', 'data-testid': 'no-answer', 'aria-label': '没有找到答案' },
    understoodView(result, question),
    el('p', { class: 'no-answer-text' }, '文档中没有找到答案'),
    nearest.length === 0 ? null : el('h3', { class: 'nearest-title' }, '最接近的原文'),
    nearest.length === 0 ? null : list,
    el('footer', { class: 'card-foot' },
      timeView(result.timings_ms), el('span', { class: 'card-actions' }, feedbackView(result, feedback))));
}

/**
 * @param {object} result an AskResponse, or as much of one as has arrived
 * @param {string} question as typed
 * @param {(citation: object) => void} onOpen
 * @param {object|null} [feedback] given before
 * @returns {HTMLElement}
 */
export const replyCard = (result, question, onOpen, feedback = null) => (
  result.status === 'answered' ? answerCard : noAnswerCard)(result, question, onOpen, feedback);
