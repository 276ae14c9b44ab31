import { el } from './dom.js';
import { citationHash } from './location.js';
import { citationPlace, codePointLength, offsetConverter } from './text.js';

const LONG_ANSWER = 40;
const NOTE_MS = 2000;

function confidenceWords(confidence) {
  if (confidence >= 0.8) return '很有把握';
  return confidence >= 0.5 ? '较有把握' : '仅供参考';
}

function confidenceView(confidence) {
  const percent = `${Math.round(confidence * 100)}%`;
  return el('span', { class: 'confidence', title: `把握 ${percent}` },
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
  if (!understood || understood === question) return null;
  return el('p', { class: 'understood' }, `理解为：${understood}`);
}

function sourceName(citation) {
  return [`《${citation.document_title}》`, citationPlace(citation)].filter(Boolean).join(' ');
}

/** Title and place on lines of their own; lists cut long ones short, so the tooltip has them whole. */
function sourceView(citation, tag) {
  const place = citationPlace(citation);
  return el(tag, { class: 'source-name', title: sourceName(citation) },
    el('span', { class: 'source-line' }, citation.document_title),
    place === '' ? null : el('span', { class: 'source-line' }, place));
}

const sentenceOf = (citation) => `${citation.prefix ?? ''}${citation.quote}${citation.suffix ?? ''}`;
const sentenceStart = (citation) => citation.start - codePointLength(citation.prefix ?? '');

/** Citations of the same sentence together: a list often has all its items in one. */
function bySentence(citations) {
  const groups = new Map();
  for (const citation of citations) {
    const key = `${citation.document_id}@${citation.revision}:${sentenceStart(citation)}:${sentenceOf(citation).length}`;
    groups.set(key, [...(groups.get(key) ?? []), citation]);
  }
  return [...groups.values()];
}

/** The sentence with every quote marked. */
function markedSentence(citations) {
  const sentence = sentenceOf(citations[0]);
  const toUtf16 = offsetConverter(sentence);
  const first = sentenceStart(citations[0]);
  const parts = [];
  let from = 0;
  for (const { start, end } of citations) {
    const [begin, stop] = [toUtf16(start - first), toUtf16(end - first)];
    parts.push(sentence.slice(from, begin), el('mark', {}, sentence.slice(begin, stop)));
    from = stop;
  }
  return [...parts, sentence.slice(from)];
}

/** @param {object[]} citations all of one sentence */
function citationView(citations, onOpen) {
  const [citation] = citations;
  // Dragging over the sentence to copy it must not open the source.
  const openUnlessSelecting = () => {
    if (getSelection().isCollapsed) onOpen(citation);
  };
  return el('figure', { class: 'citation', 'data-hash': citationHash(citation), onclick: openUnlessSelecting },
    el('blockquote', { 'data-testid': 'source-sentence' }, ...markedSentence(citations)),
    el('figcaption', {},
      sourceView(citation, 'cite'),
      el('button', {
        type: 'button',
        class: 'link-button',
        'data-testid': 'open-source',
        'aria-label': `查看原文：${sourceName(citation)}`,
        onclick: (event) => { event.stopPropagation(); onOpen(citation); },
      }, '查看原文')));
}

function copyText(result) {
  const sources = bySentence(result.citations).map(([citation]) => {
    const sentence = sentenceOf(citation).trim();
    return `出处：${sourceName(citation)}\n原文：${sentence}\n${location.origin}/${citationHash(citation)}`;
  });
  return [result.answer, ...sources].join('\n\n');
}

/** The clipboard API exists only over HTTPS or on localhost; inside a company it is often plain HTTP. */
async function writeClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = el('textarea', { class: 'visually-hidden', 'aria-hidden': 'true' });
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (!copied) throw new Error('copy refused');
}

function copyButton(result) {
  const button = el('button', { type: 'button', class: 'link-button', 'data-testid': 'copy' }, '复制答案与出处');
  button.addEventListener('click', async () => {
    const done = await writeClipboard(copyText(result)).then(() => '已复制', () => '没能复制，请手动选取');
    button.focus();
    button.textContent = done;
    setTimeout(() => { button.textContent = '复制答案与出处'; }, NOTE_MS);
  });
  return button;
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

function answerView(result, onOpen) {
  if (result.kind === 'list') {
    return el('ol', { class: 'answer-list', 'data-testid': 'answer-list' },
      ...result.citations.map((citation) => answerItem(citation, onOpen)));
  }
  const long = codePointLength(result.answer) > LONG_ANSWER ? ' is-long' : '';
  return el('p', { class: `answer-text${long}`, 'data-testid': 'answer-text' }, result.answer);
}

/**
 * @param {object} result an `answered` reply of /v1/ask
 * @param {string} question as typed
 * @param {(citation: object) => void} onOpen
 * @returns {HTMLElement}
 */
export function answerCard(result, question, onOpen) {
  return el('section', { class: 'card', 'data-testid': 'answer', 'aria-label': '答案' },
    understoodView(result, question),
    answerView(result, onOpen),
    ...bySentence(result.citations).map((citations) => citationView(citations, onOpen)),
    el('footer', { class: 'card-foot' },
      confidenceView(result.confidence), timeView(result.timings_ms), copyButton(result)));
}

function nearestItem(passage, onOpen) {
  return el('li', {},
    el('button', {
      type: 'button',
      class: 'nearest',
      'data-testid': 'nearest',
      'data-hash': citationHash(passage),
      onclick: () => onOpen(passage),
    },
    el('span', { class: 'nearest-text' }, `${passage.prefix ?? ''}${passage.quote}${passage.suffix ?? ''}`),
    sourceView(passage, 'span')));
}

/**
 * @param {object} result a `no_answer` reply of /v1/ask
 * @param {string} question as typed
 * @param {(citation: object) => void} onOpen
 * @returns {HTMLElement}
 */
export function noAnswerCard(result, question, onOpen) {
  const nearest = result.nearest ?? [];
  return el('section', { class: 'card', 'data-testid': 'no-answer', 'aria-label': '没有找到答案' },
    understoodView(result, question),
    el('p', { class: 'no-answer-text' }, '文档中没有找到答案'),
    nearest.length === 0 ? null : el('h3', { class: 'nearest-title' }, '最接近的原文'),
    nearest.length === 0 ? null : el('ul', { class: 'nearest-list' },
      ...nearest.map((passage) => nearestItem(passage, onOpen))),
    el('footer', { class: 'card-foot' }, timeView(result.timings_ms)));
}
