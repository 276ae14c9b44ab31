// Thumbs up or down under a reply, and what was wrong with it.

import { sendFeedback, takeBackFeedback } from '../core/api.js';
import { el, errorText, iconButton } from '../core/dom.js';
import { note } from '../core/overlay.js';

const REASONS = [
  ['wrong_answer', '答案不对'],
  ['wrong_evidence', '出处不对'],
  ['should_abstain', '文中没有'],
];
const MOST = 1000;

/** Asks what was wrong; every part of it may be left out. */
function reasonForm(answered, given, onSend) {
  let reason = given?.reason ?? null;
  const chips = answered ? REASONS.map(([code, label]) => el('button', {
    type: 'button',
    class: 'chip',
    'aria-pressed': String(code === reason),
    onclick: (event) => {
      reason = reason === code ? null : code;
      for (const chip of chips) chip.setAttribute('aria-pressed', String(chip === event.currentTarget && reason === code));
    },
  }, label)) : [];
  const text = el('input', {
    type: 'text', class: 'field', maxlength: String(MOST), 'aria-label': '补充说明',
    placeholder: answered ? '正确的答案是什么？（可不填）' : '文中哪里写着？（可不填）',
  });
  text.value = given?.text ?? '';
  return el('form', {
    class: 'feedback-form',
    'data-testid': 'feedback-form',
    onsubmit: (event) => { event.preventDefault(); onSend(reason, text.value.trim()); },
  }, chips.length > 0 ? el('div', { class: 'chips', role: 'group', 'aria-label': '哪里不对' }, ...chips) : null,
  el('div', { class: 'feedback-line' }, text, el('button', { type: 'submit', class: 'quiet-button' }, '提交')));
}

/**
 * @param {{id: string, status: string}} result
 * @param {{rating: 'up'|'down', reason?: string|null, text?: string|null}|null} given before
 * @returns {HTMLElement}
 */
export function feedbackView(result, given) {
  let now = given;
  const up = iconButton('up', '有帮助', { 'data-testid': 'thumb-up' });
  const down = iconButton('down', '有问题', { 'data-testid': 'thumb-down', 'aria-expanded': 'false' });
  const view = el('span', { class: 'feedback', role: 'group', 'aria-label': '评价这个回答' }, up, down);
  let form = null;

  const draw = () => {
    up.setAttribute('aria-pressed', String(now?.rating === 'up'));
    down.setAttribute('aria-pressed', String(now?.rating === 'down'));
  };
  const close = () => {
    form?.remove();
    form = null;
    down.setAttribute('aria-expanded', 'false');
  };
  const give = async (feedback, thanks) => {
    const before = now;
    now = feedback;
    draw();
    try {
      await (feedback ? sendFeedback(result.id, feedback) : takeBackFeedback(result.id));
      if (thanks) note(thanks);
    } catch (error) {
      now = before;
      draw();
      note(errorText(error));
    }
  };
  const sendReason = (reason, text) => {
    close();
    down.focus();
    give({ rating: 'down', ...(reason && { reason }), ...(text && { text }) }, '谢谢，已经记下。');
  };
  up.addEventListener('click', () => {
    close();
    if (now?.rating === 'up') give(null, '');
    else give({ rating: 'up' }, '谢谢，已经记下。');
  });
  down.addEventListener('click', () => {
    if (now?.rating === 'down') {
      close();
      give(null, '');
      return;
    }
    give({ rating: 'down' }, '');
    form = reasonForm(result.status === 'answered', now, sendReason);
    view.closest('.card').append(form);
    down.setAttribute('aria-expanded', 'true');
    form.scrollIntoView({ block: 'nearest' });
    form.querySelector('button, input').focus({ preventScroll: true });
  });
  draw();
  return view;
}
