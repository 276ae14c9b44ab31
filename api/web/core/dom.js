const SVG = 'http://www.w3.org/2000/svg';

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
 * @param {string} name a symbol of icons.svg
 * @returns {SVGElement} drawn in the colour of the text, and silent to screen readers
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `/web/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/**
 * A button that shows only an icon.
 * @param {string} name a symbol of icons.svg
 * @param {string} label what it does, read aloud and shown on hover
 * @param {Object<string, *>} [attributes]
 * @returns {HTMLButtonElement}
 */
export const iconButton = (name, label, attributes = {}) => el('button', {
  type: 'button', class: 'icon-button', 'aria-label': label, title: label, ...attributes,
}, icon(name));

/**
 * Put nodes in place of the children, moving only those that are out of place, so that the focus stays.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} nodes
 */
export function arrange(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

/** @returns {boolean} whether the reader asked for little motion */
const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/**
 * Scroll inside one container only; scrollIntoView would also move the page
 * under a pane that is still sliding in.
 * @param {HTMLElement} container
 * @param {number} top
 */
export function scrollInside(container, top) {
  container.scrollTo({ top, behavior: calm() ? 'instant' : 'smooth' });
}

/**
 * Up, Down, Home and End move the focus through a list, whatever is in its rows.
 * @param {HTMLElement} list
 * @param {string} selector of what can be focused, one in each row
 */
export function arrowKeys(list, selector) {
  list.addEventListener('keydown', (event) => {
    if (!['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key) || event.target.matches('input[type=text]')) return;
    const stops = [...list.querySelectorAll(selector)];
    const row = event.target.closest('li');
    const at = stops.findIndex((stop) => stop === event.target || row?.contains(stop));
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (at < 0 || !stops[next]) return;
    event.preventDefault();
    stops[next].focus();
  });
}

/** @returns {boolean} whether keys belong to a field that is being typed in */
export const isTyping = (event) => event.target.closest?.('input:not([type=checkbox]), textarea, [contenteditable]') !== null;

/**
 * Run `work` once things have been quiet for `delay` milliseconds.
 * @param {() => void} work
 * @param {number} delay
 * @returns {() => void}
 */
export function debounced(work, delay) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, delay);
  };
}

/**
 * A failure card, with a retry button where trying again can help.
 * @param {Error & {retryable?: boolean}} error
 * @param {() => void} retry
 * @returns {HTMLElement}
 */
export function errorCard(error, retry) {
  return el('div', { class: 'card card-error', 'data-testid': 'error', role: 'alert' },
    el('p', {}, errorText(error)),
    error.retryable ? el('button', { type: 'button', class: 'quiet-button', onclick: retry }, '重试') : null);
}

/** What to tell the reader; only an ApiError is written for them, anything else is a fault of this page. */
export function errorText(error) {
  if (error.retryable !== undefined) return error.message;
  console.error(error);
  return '页面没能显示服务的回复，请刷新页面后再试。';
}
