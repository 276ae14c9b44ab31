// Citations as figures: the sentence with the quote marked, and where it stands.

import { el, icon } from '../core/dom.js';
import { bookTitle, citationPlace } from '../core/format.js';
import { citationHash } from '../core/location.js';
import { codePointLength, offsetConverter } from '../core/text.js';

/** @returns {string} 《title》 page · headings */
export const sourceName = (citation) => [bookTitle(citation.document_title), citationPlace(citation)].filter(Boolean).join(' ');

/** The whole sentence that a citation was taken from. */
export const sentenceOf = (citation) => `${citation.prefix ?? ''}${citation.quote}${citation.suffix ?? ''}`;

const sentenceStart = (citation) => citation.start - codePointLength(citation.prefix ?? '');

/** Title and place; lists cut long ones short, so the tooltip has them whole. */
function sourceView(citation, tag) {
  const place = citationPlace(citation);
  return el(tag, { class: 'source-name', title: sourceName(citation) },
    el('span', { class: 'source-line' }, bookTitle(citation.document_title)),
    place === '' ? null : el('span', { class: 'source-line' }, place));
}

/**
 * Citations of the same sentence together: a list often has all its items in one.
 * @param {object[]} citations
 * @returns {object[][]}
 */
export function bySentence(citations) {
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
  for (const { start, end } of [...citations].sort((a, b) => a.start - b.start)) {
    const [begin, stop] = [Math.max(from, toUtf16(start - first)), toUtf16(end - first)];
    if (stop <= begin) continue;
    parts.push(sentence.slice(from, begin), el('mark', {}, sentence.slice(begin, stop)));
    from = stop;
  }
  return [...parts, sentence.slice(from)];
}

/** @param {object[]} citations all of one sentence */
export function citationView(citations, onOpen) {
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
      }, '查看原文', icon('arrow'))));
}

/** The passages that came nearest when there is no answer. */
export function nearestItem(passage, onOpen) {
  return el('li', {},
    el('button', {
      type: 'button',
      class: 'nearest',
      'data-testid': 'nearest',
      'data-hash': citationHash(passage),
      onclick: () => onOpen(passage),
    },
    el('span', { class: 'nearest-text' }, sentenceOf(passage).trim()),
    sourceView(passage, 'span')));
}
