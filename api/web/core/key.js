// The API key: kept for this tab, or on this computer when the reader says so.

import { byId } from './dom.js';

const NAME = 'wenqu.key';
let asking = null;

const stored = () => sessionStorage.getItem(NAME) ?? localStorage.getItem(NAME) ?? '';

/** @returns {boolean} whether a key is kept */
export const hasKey = () => stored() !== '';

/** @returns {Object<string, string>} the header that carries the key, if there is one */
export function authorization() {
  const key = stored();
  return key === '' ? {} : { Authorization: `Bearer ${key}` };
}

/** Forget the key. */
export function forgetKey() {
  sessionStorage.removeItem(NAME);
  localStorage.removeItem(NAME);
}

function keep(key, onThisComputer) {
  forgetKey();
  (onThisComputer ? localStorage : sessionStorage).setItem(NAME, key);
}

function open(message) {
  const dialog = byId('key-dialog');
  const input = byId('key-input');
  byId('key-message').textContent = hasKey() ? `${message} 请换一个密钥。` : '这个服务要凭密钥访问。密钥由管理员发放。';
  input.value = '';
  dialog.returnValue = '';
  dialog.showModal();
  input.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      const key = input.value.trim();
      input.value = '';
      const given = dialog.returnValue === 'save' && key !== '';
      if (given) keep(key, byId('key-remember').checked);
      resolve(given);
    }, { once: true });
  });
}

/**
 * Ask the reader for a key; requests refused at the same time share one dialog.
 * @param {string} message why the server refused
 * @returns {Promise<boolean>} whether a key was given
 */
export function askForKey(message) {
  asking ??= open(message).finally(() => { asking = null; });
  return asking;
}
