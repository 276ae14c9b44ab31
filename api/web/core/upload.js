// Sending a file with progress, which fetch cannot report.

import { ApiError, unreachable } from './http.js';
import { askForKey, authorization } from './key.js';

const FULL_TRIES = 20;

function failure(xhr) {
  const error = xhr.response?.error;
  return new ApiError(error?.message ?? `服务出错了（状态码 ${xhr.status}）。`, {
    status: xhr.status,
    code: error?.code ?? '',
    retryAfter: Number(xhr.getResponseHeader('Retry-After')) || 0,
  });
}

function once({ method, path }, form, onSent, signal) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    xhr.open(method, path);
    xhr.responseType = 'json';
    for (const [name, value] of Object.entries(authorization())) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0);
    xhr.onload = () => (xhr.status < 400 ? resolve(xhr.response) : reject(failure(xhr)));
    xhr.onerror = () => reject(unreachable());
    xhr.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    xhr.onloadend = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort);
    if (signal.aborted) reject(new DOMException('aborted', 'AbortError'));
    else xhr.send(form);
  });
}

const pause = (seconds) => new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });

/**
 * Send a file. A server whose queue is full is asked again when it says.
 * @param {{method: 'POST'|'PUT', path: string, file: File, title?: string}} sending
 * @param {(share: number) => void} onSent 0 to 1
 * @param {AbortSignal} signal
 * @returns {Promise<object>} the JSON of the reply
 * @throws {ApiError}
 */
export async function sendFile(sending, onSent, signal) {
  for (let tries = 1; ; tries += 1) {
    const form = new FormData();
    form.append('file', sending.file, sending.file.name);
    if (sending.title) form.append('title', sending.title);
    try {
      return await once(sending, form, onSent, signal);
    } catch (error) {
      if (error.status === 401 && await askForKey(error.message)) continue;
      const isFull = (error.status === 503 || error.status === 429) && error.retryAfter > 0;
      if (!isFull || tries >= FULL_TRIES) throw error;
      await pause(Math.min(error.retryAfter, 30));
    }
  }
}
