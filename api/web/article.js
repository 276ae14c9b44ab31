import { el } from './dom.js';
import { splitBlocks } from './text.js';

// Level 1 is the pane's own title in the outline, so a document starts at h2.
const DEEPEST = 6;
const WIDE_SPAN = 80;

/** The part of the block inside the span, or null. */
function overlap(block, span) {
  if (!span) return null;
  const start = Math.max(block.start, span.start);
  const end = Math.min(block.end, span.end);
  return start < end ? { start, end } : null;
}

function blockView(text, block, span, marks) {
  const tag = block.level > 0 ? `h${Math.min(block.level + 1, DEEPEST)}` : 'p';
  const cited = overlap(block, span);
  if (!cited) return el(tag, {}, text.slice(block.start, block.end));
  const mark = el('mark', { class: span.end - span.start > WIDE_SPAN ? 'is-wide' : null },
    text.slice(cited.start, cited.end));
  marks.push(mark);
  return el(tag, { class: 'is-cited' },
    text.slice(block.start, cited.start), mark, text.slice(cited.end, block.end));
}

/**
 * Render a document, marking one span. A span that crosses paragraphs becomes
 * several marks; the first carries the id.
 * @param {string} text
 * @param {{level: number, start: number, end: number}[]} headings UTF-16 spans
 * @param {{start: number, end: number}|null} span UTF-16 span
 * @returns {{nodes: HTMLElement[], marks: HTMLElement[]}}
 */
export function renderArticle(text, headings, span) {
  const marks = [];
  const nodes = splitBlocks(text, headings).map((block) => blockView(text, block, span, marks));
  if (marks.length > 0) marks[0].id = 'cited-span';
  return { nodes, marks };
}
