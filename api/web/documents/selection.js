// Which documents a question is asked of: those that are ticked, or all when none is.

const chosen = new Map();

const changed = () => dispatchEvent(new Event('wenqu:selection'));

/** @returns {string[]|null} null for all documents */
export const chosenIds = () => (chosen.size === 0 ? null : [...chosen.keys()]);

/** @returns {string[]} */
export const chosenTitles = () => [...chosen.values()];

/** @param {string} id */
export const isChosen = (id) => chosen.has(id);

/**
 * @param {{id: string, title: string}[]} documents
 * @param {boolean} on
 */
export function choose(documents, on) {
  for (const { id, title } of documents) {
    if (on) chosen.set(id, title);
    else chosen.delete(id);
  }
  changed();
}

/** @param {{id: string, title: string}} document the only one to be asked from now on */
export function chooseOnly(document) {
  chosen.clear();
  choose([document], true);
}

/** Ask all documents again. */
export function chooseAll() {
  chosen.clear();
  changed();
}
