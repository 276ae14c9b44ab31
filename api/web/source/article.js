import { el } from '../core/dom.js';
import { splitBlocks } from '../core/text.js';

// Level 1 is the pane's own title in the outline, so a document starts at h2.
const DEEPEST = 6;
const WIDE_SPAN = 80;
const CHUNK = 40;

/** Sorted, distinct places where the look of the text changes inside a block. */
function cuts(block, spans, pages) {
  const inside = [block.start, block.end];
  for (const { start, end } of spans) inside.push(start, end);
  for (const { start } of pages) inside.push(start);
  return [...new Set(inside.filter((at) => at >= block.start && at <= block.end))].sort((a, b) => a - b);
}

const touches = (span, start, end) => span.start < end && start < span.end;

/** A page that begins with the block stands above it, one that begins inside stands among the words. */
function pageLabel({ number }, above) {
  const name = above ? 'page-label' : 'page-label is-inside';
  return el('span', { class: name, 'data-testid': 'page-label', role: 'note' }, `第${number}页`);
}

/**
 * A document on the page. Marks come and go without the rest being drawn again,
 * so that moving from one citation to the next is instant in a book too.
 */
export class Article {
  /**
   * @param {string} text
   * @param {{level: number, start: number, end: number}[]} headings UTF-16 spans
   * @param {{number: number, start: number}[]} pages UTF-16 places
   */
  constructor(text, headings, pages) {
    this.text = text;
    this.marked = new Set();
    this.blocks = splitBlocks(text, headings);
    const waiting = [...pages].sort((a, b) => a.start - b.start);
    for (const block of this.blocks) {
      block.pages = [];
      while (waiting.length > 0 && waiting[0].start < block.end) block.pages.push(waiting.shift());
      // A page that began in the blank lines before the block begins with it.
      block.pages = block.pages.map((page) => ({ ...page, start: Math.max(page.start, block.start) }));
      block.node = el(block.level > 0 ? `h${Math.min(block.level + 1, DEEPEST)}` : 'p', { class: block.tight ? 'is-tight' : null });
      this.#fill(block, [], null);
    }
    this.nodes = this.#chunks();
  }

  /** Long documents in parts that the browser lays out only when they come near. */
  #chunks() {
    const nodes = this.blocks.map(({ node }) => node);
    this.isLong = nodes.length > 5 * CHUNK;
    if (!this.isLong) return nodes;
    const parts = [];
    for (let at = 0; at < nodes.length; at += CHUNK) parts.push(el('div', { class: 'chunk' }, ...nodes.slice(at, at + CHUNK)));
    return parts;
  }

  /** The pieces of one block: plain, of the cited sentence, or marked. */
  #fill(block, spans, sentence) {
    const parts = [];
    const marks = [];
    const points = cuts(block, sentence ? [...spans, sentence] : spans, block.pages);
    points.slice(0, -1).forEach((start, index) => {
      const end = points[index + 1];
      parts.push(...block.pages.filter((page) => page.start === start).map((page) => pageLabel(page, start === block.start)));
      const words = this.text.slice(start, end);
      const over = spans.filter((span) => touches(span, start, end));
      const span = over.find(({ current }) => current) ?? over[0];
      if (span) marks.push([span, parts[parts.push(markView(span, words)) - 1]]);
      else parts.push(sentence && touches(sentence, start, end) ? el('span', { class: 'cited-sentence' }, words) : words);
    });
    block.node.replaceChildren(...parts);
    block.node.classList.toggle('is-cited', marks.some(([span]) => span.current));
    return marks;
  }

  /**
   * Mark spans in place of those marked before.
   * @param {{start: number, end: number, current: boolean, onOpen?: () => void}[]} spans UTF-16 spans
   * @param {{start: number, end: number}|null} sentence around the current one
   * @returns {HTMLElement[]} the marks of the current span, one for each block that it reaches into
   */
  mark(spans, sentence) {
    const wanted = new Set(this.blocks.filter((block) => spans.some((span) => touches(span, block.start, block.end))
      || (sentence && touches(sentence, block.start, block.end))));
    for (const block of this.marked) if (!wanted.has(block)) this.#fill(block, [], null);
    const marks = [...wanted].flatMap((block) => this.#fill(block, spans, sentence));
    this.marked = wanted;
    const current = marks.filter(([span]) => span.current).map(([, node]) => node);
    if (current.length > 0) current[0].id = 'cited-span';
    return current;
  }

  /** @returns {{label: string, level: number, node: HTMLElement}[]} the headings, for a table of contents */
  outline() {
    return this.blocks.filter(({ level }) => level > 0)
      .map(({ level, start, end, node }) => ({ label: this.text.slice(start, end).trim(), level, node }));
  }
}

function markView({ start, end, current, onOpen }, words) {
  const names = [current ? 'is-current' : 'is-other', end - start > WIDE_SPAN ? 'is-wide' : ''];
  return el('mark', { class: names.join(' ').trim(), onclick: onOpen ?? null }, words);
}
