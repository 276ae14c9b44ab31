import { askForKey, authorization } from './key.js';

const TIMEOUT_MS = 60_000;
const TEMPORARY = new Set([408, 429]);

/** A failed request; `message` is Chinese and fit to show. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {{status?: number, code?: string, retryAfter?: number}} [about] status 0 when no answer arrived;
   *   retryAfter in seconds
   */
  constructor(message, { status = 0, code = '', retryAfter = 0 } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request could succeed later. */
  get retryable() {
    return this.status < 400 || this.status >= 500 || TEMPORARY.has(this.status);
  }
}

/** The failure that a response stands for. */
async function failureOf(response) {
  const body = await response.json().catch(() => null);
  return new ApiError(body?.error?.message ?? `服务出错了（状态码 ${response.status}）。`, {
    status: response.status,
    code: body?.error?.code ?? '',
    retryAfter: Number(response.headers.get('Retry-After')) || 0,
  });
}

export const unreachable = () => new ApiError('连接不上服务。请检查网络后重试。');

/** Abort `controller` when the caller's own signal does. */
function follow(signal, controller) {
  if (signal?.aborted) controller.abort();
  signal?.addEventListener('abort', () => controller.abort(), { once: true });
}

/** AbortSignal.timeout and .any are missing from browsers still in use on office desktops. */
async function once(path, init, { signal, timeout = TIMEOUT_MS }) {
  const controller = new AbortController();
  let late = false;
  const timer = setTimeout(() => { late = true; controller.abort(); }, timeout);
  follow(signal, controller);
  try {
    return await fetch(path, { ...init, headers: { ...init.headers, ...authorization() }, signal: controller.signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw late ? new ApiError('等待时间过长，服务没有回应。请稍后重试。') : unreachable();
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Fetch with the key, and ask the reader for one when the server wants it.
 * @param {string} path
 * @param {RequestInit} init
 * @param {{signal?: AbortSignal, timeout?: number}} [options] timeout in milliseconds, until the headers arrive
 * @returns {Promise<Response>} a response with a status below 400
 * @throws {ApiError}
 */
export async function send(path, init = {}, options = {}) {
  for (;;) {
    const response = await once(path, init, options);
    if (response.ok) return response;
    const failure = await failureOf(response);
    if (failure.status !== 401 || !(await askForKey(failure.message))) throw failure;
  }
}

/**
 * @param {string} path
 * @param {{method?: string, json?: object, body?: BodyInit, signal?: AbortSignal, timeout?: number}} [options]
 * @returns {Promise<*>} the JSON of the reply, or null when it has none
 * @throws {ApiError}
 */
export async function request(path, { method = 'GET', json, body, signal, timeout } = {}) {
  const headers = json === undefined ? {} : { 'Content-Type': 'application/json' };
  const init = { method, headers, body: json === undefined ? body : JSON.stringify(json) };
  const response = await send(path, init, { signal, timeout });
  let text;
  try {
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable(); // The connection dropped in the middle of the reply.
  }
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(`服务返回了无法识别的内容（状态码 ${response.status}）。`, { status: response.status });
  }
}
