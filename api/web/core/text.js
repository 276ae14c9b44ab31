// The server counts Unicode code points; JavaScript strings count UTF-16 code
// units, where 𠮷 or an emoji takes two. Everything here bridges the two.

/** Code point indexes of the characters outside the BMP, in order. */
function astralPositions(text) {
  const positions = [];
  if (!/[\uD800-\uDBFF]/.test(text)) return positions;
  for (let unit = 0, point = 0; unit < text.length; unit += 1, point += 1) {
    if (text.codePointAt(unit) > 0xffff) {
      positions.push(point);
      unit += 1;
    }
  }
  return positions;
}

/** How many of the sorted values are smaller than the limit. */
function countBelow(sorted, limit) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Scan a text once, then convert any number of offsets in it.
 * @param {string} text
 * @returns {(offset: number) => number} code point offset → UTF-16 offset
 */
export function offsetConverter(text) {
  const astral = astralPositions(text);
  return (offset) => Math.min(offset + countBelow(astral, offset), text.length);
}

/**
 * @param {string} text
 * @returns {number} length in code points, as the server counts it
 */
export const codePointLength = (text) => text.length - astralPositions(text).length;

// A longer stretch without a blank line is shown line by line, as novels and minutes are written.
const LONGEST_STRETCH = 600;

/**
 * Cut a document into headings and paragraphs without losing track of where
 * each lies. All offsets are UTF-16 from here on.
 * @param {string} text
 * @param {{level: number, start: number, end: number}[]} headings UTF-16 spans
 * @returns {{level: number, start: number, end: number, tight: boolean}[]} blocks; level 0 is a paragraph,
 *   tight one that follows its neighbour without a blank line
 */
export function splitBlocks(text, headings) {
  const blocks = [];
  let from = 0;
  for (const heading of [...headings].sort((a, b) => a.start - b.start)) {
    if (heading.start < from || heading.end <= heading.start) continue;
    blocks.push(...paragraphs(text, from, heading.start), { ...heading, tight: false });
    from = heading.end;
  }
  blocks.push(...paragraphs(text, from, text.length));
  return blocks;
}

function paragraphs(text, from, to) {
  return pieces(text, from, to, /\n\s*\n/g).flatMap(({ start, end }) => {
    if (end - start <= LONGEST_STRETCH) return [block(start, end, false)];
    return pieces(text, start, end, /\n/g).map((line, index) => block(line.start, line.end, index > 0));
  });
}

const block = (start, end, tight) => ({ level: 0, start, end, tight });

/** The parts of text[from:to] between separators, without line ends around them and without empty ones. */
function pieces(text, from, to, separator) {
  const found = [];
  let start = from;
  for (const gap of text.slice(from, to).matchAll(separator)) {
    found.push(trimNewlines(text, start, from + gap.index));
    start = from + gap.index + gap[0].length;
  }
  found.push(trimNewlines(text, start, to));
  return found.filter(({ start: a, end: b }) => text.slice(a, b).trim() !== '');
}

function trimNewlines(text, start, end) {
  while (start < end && text[start] === '\n') start += 1;
  while (end > start && text[end - 1] === '\n') end -= 1;
  return { start, end };
}
