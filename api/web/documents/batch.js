// What was begun from this page since all was quiet: how far it is, and in the end, what came of it.

let total = 0;
let added = [];

/** @returns {{total: number, finished: number}} */
export const progressOfBatch = () => ({ total, finished: added.length });

/** One more is begun, or `count` more turn up in an archive. */
export function joinBatch(count = 1) {
  total += count;
}

/** One failed, or was cancelled. */
export function leaveBatch() {
  total = Math.max(added.length, total - 1);
}

/** @param {{id: string, name: string, replaced: boolean}} document what one has become */
export function addToBatch(document) {
  added.push(document);
}

/** All is quiet: tell what came of it, and count anew. */
export function settleBatch() {
  const documents = added;
  total = 0;
  added = [];
  if (documents.length > 0) dispatchEvent(new CustomEvent('wenqu:added', { detail: { added: documents } }));
}
