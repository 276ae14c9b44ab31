// Server-sent events over fetch: EventSource can send neither a body nor a key.

import { ApiError, send, unreachable } from './http.js';

/** One block of lines → an event, or null for a comment. */
function parseBlock(block) {
  let event = 'message';
  const data = [];
  for (const line of block.split('\n')) {
    if (line.startsWith('event:')) event = line.slice(6).trim();
    else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
  }
  return data.length === 0 ? null : { event, data: JSON.parse(data.join('\n')) };
}

/**
 * The events of a stream of bytes, as they arrive.
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {AsyncGenerator<{event: string, data: *}>}
 */
export async function* parseEvents(stream) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let buffer = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // A carriage return may be the first half of a line end, so it waits for what follows.
      buffer = (buffer + (done ? decoder.decode() : decoder.decode(value, { stream: true }))).replaceAll('\r\n', '\n');
      const blocks = buffer.split('\n\n');
      buffer = blocks.pop();
      for (const block of blocks) {
        const parsed = parseBlock(block);
        if (parsed) yield parsed;
      }
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {}); // Whoever stops listening early must not hold the connection.
  }
}

/**
 * Post JSON and read the events of the reply.
 * @param {string} path
 * @param {object} json
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<{event: string, data: *}>}
 * @throws {ApiError}
 */
export async function* postForEvents(path, json, signal) {
  const headers = { 'Content-Type': 'application/json', Accept: 'text/event-stream' };
  const response = await send(path, { method: 'POST', headers, body: JSON.stringify(json) }, { signal });
  if (!response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
    throw new ApiError('服务返回了无法识别的内容。', { status: response.status });
  }
  try {
    yield* parseEvents(response.body);
  } catch (error) {
    if (signal?.aborted || error instanceof ApiError) throw error;
    throw unreachable();
  }
}
