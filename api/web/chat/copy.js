import { iconButton } from '../core/dom.js';
import { citationHash } from '../core/location.js';
import { note, writeClipboard } from '../core/overlay.js';
import { bySentence, sentenceOf, sourceName } from './citations.js';

/** The answer, then for each sentence where it stands, what it says and a link that opens it. */
function copyText(result) {
  const sources = bySentence(result.citations).map(([citation]) => {
    const sentence = sentenceOf(citation).trim();
    return `出处：${sourceName(citation)}\n原文：${sentence}\n${location.origin}/${citationHash(citation)}`;
  });
  return [result.answer, ...sources].join('\n\n');
}

/**
 * @param {object} result an answered AskResponse
 * @returns {HTMLButtonElement}
 */
export function copyButton(result) {
  const button = iconButton('copy', '复制答案与出处', { 'data-testid': 'copy' });
  button.addEventListener('click', async () => {
    const done = await writeClipboard(copyText(result)).then(() => '已复制答案与出处', () => '没能复制，请手动选取');
    button.focus();
    note(done);
  });
  return button;
}
