import { byId, isTyping } from './dom.js';

const dialogIsOpen = () => document.querySelector('dialog[open]') !== null;

/**
 * Keys of the whole page. Letters count only while nothing is being typed.
 * @param {{ask: () => void, fresh: () => void, history: () => void, documents: () => void, add: () => void,
 *   step: (by: number) => void, escape: () => void}} actions
 */
export function startShortcuts(actions) {
  const letters = {
    '/': actions.ask,
    '?': () => byId('help-dialog').showModal(),
    h: actions.history,
    d: actions.documents,
    u: actions.add,
    j: () => actions.step(1),
    k: () => actions.step(-1),
  };
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || dialogIsOpen()) return;
    const withControl = event.ctrlKey || event.metaKey;
    if (withControl && event.key.toLowerCase() === 'k' && !event.altKey) actions.fresh();
    else if (event.key === 'Escape') {
      actions.escape();
      return; // Esc keeps its own meaning too, such as leaving full screen.
    } else if (!withControl && !event.altKey && !isTyping(event) && letters[event.key]) letters[event.key]();
    else return;
    event.preventDefault();
  });
}
