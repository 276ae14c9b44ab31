// The address of a place in a document: #/d/{id}@{revision}:{start}-{end},
// or without the span for the document as a whole.

/**
 * @param {{documentId: string, revision: number, start?: number, end?: number}} target
 * @returns {string}
 */
export function formatHash({ documentId, revision, start, end }) {
  const document = `#/d/${encodeURIComponent(documentId)}@${revision}`;
  return start === undefined ? document : `${document}:${start}-${end}`;
}

/**
 * @param {string} hash
 * @returns {{documentId: string, revision: number, start?: number, end?: number}|null}
 */
export function parseHash(hash) {
  const match = /^#\/d\/([^@]+)@(\d+)(?::(\d+)-(\d+))?$/.exec(hash);
  if (!match) return null;
  const [, id, revision, start, end] = match;
  try {
    const target = { documentId: decodeURIComponent(id), revision: Number(revision) };
    return start === undefined ? target : { ...target, start: Number(start), end: Number(end) };
  } catch {
    return null; // A mangled percent escape is no address.
  }
}

/**
 * @param {{document_id: string, revision: number, start: number, end: number}} citation
 * @returns {string}
 */
export const citationHash = (citation) => formatHash({ ...citation, documentId: citation.document_id });

/**
 * Go to a place on this page. Whoever listens to `hashchange` decides what that shows, also when it is asked for again.
 * @param {string} hash
 */
export function navigate(hash) {
  if (location.hash === hash) dispatchEvent(new Event('hashchange'));
  else location.hash = hash;
}
