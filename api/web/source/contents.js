// The texts of documents. A revision never changes, but whether it is still the
// present one does, so what is shown at once is asked for again soon after.

import { fetchContent } from '../core/api.js';

const KEPT = 6;
const FRESH_MS = 20_000;
const kept = new Map();

const keyOf = ({ documentId, revision }) => `${documentId}@${revision}`;

function load(target) {
  const key = keyOf(target);
  const entry = { at: Date.now(), content: fetchContent(target.documentId, target.revision) };
  kept.delete(key);
  kept.set(key, entry);
  entry.content.catch(() => { if (kept.get(key) === entry) kept.delete(key); }); // A failure must not be remembered.
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
  return entry.content;
}

/**
 * @param {{documentId: string, revision: number}} target
 * @returns {{content: Promise<object>, renewed: Promise<object>|null}} the text, and the same with what is
 *   known of it now when the first was read a while ago
 */
export function contentOf(target) {
  const entry = kept.get(keyOf(target));
  if (!entry) return { content: load(target), renewed: null };
  const isFresh = Date.now() - entry.at < FRESH_MS;
  return { content: entry.content, renewed: isFresh ? null : load(target) };
}

/** A document was replaced, renamed, deleted or restored. */
export function forgetContent(documentId) {
  for (const key of kept.keys()) if (key.startsWith(`${documentId}@`)) kept.delete(key);
}
