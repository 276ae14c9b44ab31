// The routes of the server, a function each. All of them throw ApiError.

import { postForEvents } from './events.js';
import { ApiError, request, send } from './http.js';

const documentPath = (id) => `/v1/documents/${encodeURIComponent(id)}`;
const conversationPath = (id) => `/v1/conversations/${encodeURIComponent(id)}`;
const jobPath = (id) => `/v1/jobs/${encodeURIComponent(id)}`;

/** A query string of the values that are there; a list repeats its name. */
function query(values) {
  const given = Object.entries(values).flatMap(([name, value]) => [value].flat().map((one) => [name, one]))
    .filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

/** Whether asking again without a stream may go better: never after the server itself refused. */
const streamIsAtFault = (error) => error instanceof ApiError && (error.status < 400 || [404, 405].includes(error.status));

async function askInEvents(body, onEvent, signal) {
  for await (const { event, data } of postForEvents('/v1/ask/stream', body, signal)) {
    if (event === 'error') throw new ApiError(data.error.message, { status: 500, code: data.error.code });
    if (event === 'done') return data;
    onEvent(event, data);
  }
  throw new ApiError('回答中断了。请重试。'); // The stream ended before `done`.
}

/**
 * Ask in a stream; where that does not get through, ask in one piece.
 * @param {{question: string, conversation_id?: string, document_ids?: string[]}} body
 * @param {(event: string, data: object) => void} onEvent `retrieval`, `answer` and `citation`
 * @param {AbortSignal} signal
 * @returns {Promise<object>} the whole AskResponse
 */
export async function ask(body, onEvent, signal) {
  try {
    return await askInEvents(body, onEvent, signal);
  } catch (error) {
    if (signal.aborted || !streamIsAtFault(error)) throw error;
    return request('/v1/ask', { method: 'POST', json: body, signal });
  }
}

export const sendFeedback = (messageId, feedback) => request(
  `/v1/messages/${encodeURIComponent(messageId)}/feedback`, { method: 'POST', json: feedback });

export const takeBackFeedback = (messageId) => request(
  `/v1/messages/${encodeURIComponent(messageId)}/feedback`, { method: 'DELETE' });

export const suggestions = (limit, documentIds, signal) => request(
  `/v1/suggestions${query({ limit, document_ids: documentIds })}`, { signal });

export const serverStatus = () => request('/v1/status');

export const listDocuments = (options, signal) => request(`/v1/documents${query(options)}`, { signal });
export const showDocument = (id) => request(documentPath(id));
export const renameDocument = (id, title) => request(documentPath(id), { method: 'PATCH', json: { title } });
export const removeDocument = (id) => request(documentPath(id), { method: 'DELETE' });
export const restoreDocument = (id) => request(`${documentPath(id)}/restore`, { method: 'POST' });
export const listRevisions = (id) => request(`${documentPath(id)}/revisions`);
export const fetchContent = (id, revision) => request(`${documentPath(id)}/content${query({ revision })}`);

export const listJobs = (limit) => request(`/v1/jobs?limit=${limit}`);
export const showJob = (id) => request(jobPath(id));
export const cancelJob = (id) => request(jobPath(id), { method: 'DELETE' });
export const retryJob = (id) => request(`${jobPath(id)}/retry`, { method: 'POST' });

export const listConversations = (options, signal) => request(`/v1/conversations${query(options)}`, { signal });
export const showConversation = (id) => request(conversationPath(id));
export const renameConversation = (id, title) => request(conversationPath(id), { method: 'PATCH', json: { title } });
export const exportConversation = async (id) => (await send(`${conversationPath(id)}/export`)).text();

/** @param {boolean} [leaving] the page is being closed, and the request must outlive it */
export const removeConversation = (id, leaving = false) => send(
  conversationPath(id), { method: 'DELETE', keepalive: leaving });
