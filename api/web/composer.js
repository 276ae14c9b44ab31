import { byId } from './dom.js';
import { codePointLength } from './text.js';

const LIMIT = 512;
const COUNT_FROM = 400;

const input = byId('question');
const form = byId('ask-form');

function countMessage(length) {
  if (length > LIMIT) return `最多 ${LIMIT} 字，已超出 ${length - LIMIT} 字`;
  return length >= COUNT_FROM ? `${length} / ${LIMIT}` : '';
}

function refresh() {
  const length = codePointLength(input.value.trim());
  const tooLong = length > LIMIT;
  // A hidden copy of the text sizes the box, so no inline height is needed.
  byId('question-grow').dataset.value = input.value;
  byId('send').disabled = length === 0 || tooLong;
  byId('composer-count').textContent = countMessage(length);
  form.classList.toggle('is-over', tooLong);
  input.setAttribute('aria-invalid', String(tooLong));
}

/** Enter that picks a word in an input method must not send; Safari reports it only as 229. */
function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

function onKeydown(event) {
  if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
  event.preventDefault();
  if (!byId('send').disabled) form.requestSubmit();
}

/**
 * @param {(question: string) => void} onQuestion
 */
export function startComposer(onQuestion) {
  input.addEventListener('input', refresh);
  input.addEventListener('keydown', onKeydown);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const question = input.value.trim();
    if (question === '' || codePointLength(question) > LIMIT) return;
    input.value = '';
    refresh();
    input.focus();
    onQuestion(question);
  });
  refresh(); // The browser may have restored a draft.
  focusComposer();
}

/** Put the cursor in the input, unless that would raise an on-screen keyboard. */
export function focusComposer() {
  if (matchMedia('(hover: hover)').matches) input.focus({ preventScroll: true });
}
