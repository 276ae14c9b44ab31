import { byId } from '../core/dom.js';
import { note } from '../core/overlay.js';
import { codePointLength } from '../core/text.js';

const LIMIT = 512;
const COUNT_FROM = 400;

const input = byId('question');
const form = byId('ask-form');
let lastQuestion = '';

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

/** Put text in the input, with the cursor after it. */
function write(text) {
  input.value = text;
  input.setSelectionRange(text.length, text.length);
  refresh();
}

/** Enter that picks a word in an input method must not send; Safari reports it only as 229. */
const isComposing = (event) => event.isComposing || event.keyCode === 229;

function onKeydown(event) {
  if (isComposing(event)) return;
  if (event.key === 'ArrowUp' && input.value === '' && lastQuestion !== '') write(lastQuestion);
  else if (event.key === 'Enter' && !event.shiftKey) {
    if (!byId('send').disabled) form.requestSubmit();
  } else return;
  event.preventDefault();
}

/** A long text in the place of a question is a document. */
function onPaste(event, onLongText) {
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (codePointLength(text.trim()) <= LIMIT) return;
  note('粘贴的文字较长，要作为文档添加吗？', {
    label: '作为文档添加',
    run: () => {
      write('');
      onLongText(text);
    },
  });
}

/**
 * @param {{onQuestion: (question: string) => void, onLongText: (text: string) => void}} handlers
 */
export function startComposer({ onQuestion, onLongText }) {
  input.addEventListener('input', refresh);
  input.addEventListener('keydown', onKeydown);
  input.addEventListener('paste', (event) => onPaste(event, onLongText));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const question = input.value.trim();
    if (question === '' || codePointLength(question) > LIMIT) return;
    lastQuestion = question;
    write('');
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
