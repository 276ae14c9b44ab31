// From an asked-for place to what is marked.

const SENTENCE_END = /[。！？!?；;\n]/;
const CLOSING = /[”’」』）)》】"]/;

/** The sentence around a span, as far as its marks and line ends tell. */
export function sentenceAround(text, { start, end }) {
  let from = start;
  while (from > 0 && !SENTENCE_END.test(text[from - 1])) from -= 1;
  while (from < start && (CLOSING.test(text[from]) || /\s/.test(text[from]))) from += 1;
  let to = end;
  const endsHere = to > start && SENTENCE_END.test(text[to - 1]);
  if (!endsHere) while (to < text.length && !SENTENCE_END.test(text[to])) to += 1;
  if (!endsHere && to < text.length && text[to] !== '\n') to += 1;
  while (to < text.length && CLOSING.test(text[to])) to += 1;
  return { start: from, end: to };
}

/**
 * Resolve the asked-for place, or say why it cannot be shown.
 * @param {{text: string, length: number}} content a whole revision; its length in code points
 * @param {{start?: number, end?: number, quote?: string}} target in code points
 * @param {(offset: number) => number} toUtf16
 * @returns {{span: {start: number, end: number}|null, warning: string}} in UTF-16 units
 */
export function locate(content, target, toUtf16) {
  if (target.start === undefined) return { span: null, warning: '' };
  const span = { start: toUtf16(target.start), end: toUtf16(target.end) };
  const inside = target.start < target.end && target.end <= content.length;
  const matches = target.quote === undefined || content.text.slice(span.start, span.end) === target.quote;
  if (inside && matches) return { span, warning: '' };
  const warning = matches ? '链接中的位置不在这篇原文之内，没有标出引文。' : '引文与原文不符，没有标出引文。';
  return { span: null, warning };
}
