/**
 * Tell the page that documents were added, replaced, renamed, deleted or restored.
 * @param {string} [id] the one document that changed
 */
export function documentsChanged(id = '') {
  dispatchEvent(new CustomEvent('wenqu:documents', { detail: { id } }));
}
