/**
 * Create an element. Strings become text nodes, so text from the server or
 * the user can never turn into markup.
 * @param {string} tag
 * @param {Object<string, *>} [attributes] `class`, `onclick` (function), any attribute; null/false are skipped.
 * @param {...(Node|string|null)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export const byId = (id) => document.getElementById(id);

/**
 * Scroll inside one container only; scrollIntoView would also move the page
 * under a pane that is still sliding in.
 * @param {HTMLElement} container
 * @param {number} top
 */
export function scrollInside(container, top) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  container.scrollTo({ top, behavior: calm ? 'instant' : 'smooth' });
}

/**
 * A failure card, with a retry button where trying again can help.
 * @param {Error & {retryable?: boolean}} error
 * @param {() => void} retry
 * @returns {HTMLElement}
 */
export function errorCard(error, retry) {
  // Only an ApiError is written for the reader; anything else is a fault of this page.
  const isOurs = error.retryable === undefined;
  if (isOurs) console.error(error);
  return el('div', { class: 'card card-error', 'data-testid': 'error' },
    el('p', {}, isOurs ? '页面没能显示服务的回复，请刷新页面后再试。' : error.message),
    error.retryable ? el('button', { type: 'button', class: 'quiet-button', onclick: retry }, '重试') : null);
}
