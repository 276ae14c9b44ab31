const TIMEOUT_MS = 60_000;
const TEMPORARY = new Set([408, 429]);
const contents = new Map();

/** A failed request; `message` is Chinese and fit to show. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number} [status] HTTP status, 0 when no answer arrived
   */
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }

  /** Whether the same request could succeed later. */
  get retryable() {
    return this.status < 400 || this.status >= 500 || TEMPORARY.has(this.status);
  }
}

/** AbortSignal.timeout is missing from browsers still in use on office desktops. */
async function withTimeout(work) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError(controller.signal.aborted
      ? '等待时间过长，服务没有回应。请稍后重试。'
      : '连接不上服务。请检查网络后重试。');
  } finally {
    clearTimeout(timer);
  }
}

async function readJson(response) {
  const body = await response.text(); // A dropped connection rejects here, as a network failure.
  try {
    return JSON.parse(body);
  } catch {
    throw new ApiError(`服务返回了无法识别的内容（状态码 ${response.status}）。`, response.status);
  }
}

function request(path, init = {}) {
  return withTimeout(async (signal) => {
    const response = await fetch(path, { ...init, signal });
    const body = await readJson(response);
    if (response.ok) return body;
    throw new ApiError(body?.error?.message ?? `服务出错了（状态码 ${response.status}）。`, response.status);
  });
}

/**
 * @param {string} question
 * @param {string|null} conversationId of the reply before, so that a follow-up is understood
 * @returns {Promise<object>} the answer, or the nearest passages
 */
export const ask = (question, conversationId) => request('/v1/ask', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(conversationId ? { question, conversation_id: conversationId } : { question }),
});

/**
 * @param {number} limit
 * @param {number} offset
 * @returns {Promise<{documents: object[], total: number}>}
 */
export const listDocuments = (limit, offset) => request(`/v1/documents?limit=${limit}&offset=${offset}`);

/**
 * A revision never changes, so it is fetched once.
 * @param {string} id
 * @param {number} revision
 * @returns {Promise<object>}
 */
export function fetchContent(id, revision) {
  const path = `/v1/documents/${encodeURIComponent(id)}/content?revision=${revision}`;
  if (!contents.has(path)) {
    contents.set(path, request(path));
    contents.get(path).catch(() => contents.delete(path)); // A failure must not be remembered.
  }
  return contents.get(path);
}
