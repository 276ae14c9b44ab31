import { byId, el } from '../core/dom.js';

const place = () => byId('source-notice');

/**
 * Say something above the document, with what can be done about it.
 * @param {string} message empty for nothing
 * @param {{warning?: boolean, action?: {label: string, run: () => void}|null}} [options]
 */
export function showNotice(message, { warning = false, action = null } = {}) {
  place().className = warning ? 'source-notice is-warning' : 'source-notice';
  place().replaceChildren(
    message,
    ...(action ? [el('button', { type: 'button', class: 'link-button', onclick: action.run }, action.label)] : []));
}

/**
 * What a reader must know of the text being shown: that it is no longer the
 * present one, or that the asked-for place is not in it.
 * @param {object} content of GET /v1/documents/{id}/content
 * @param {string} warning about the place, or empty
 * @param {{newer: () => void, restore: () => void}} actions
 */
export function noticeOf(content, warning, { newer, restore }) {
  if (warning !== '') showNotice(warning, { warning: true });
  else if (content.removed) {
    showNotice('文档已删除，引文仍可查看。', { warning: true, action: { label: '恢复文档', run: restore } });
  } else if (content.latest_revision > content.revision) {
    const message = `这是第 ${content.revision} 版，该文档已有新版（第 ${content.latest_revision} 版）。`;
    showNotice(message, { warning: true, action: { label: '看新版', run: newer } });
  } else showNotice('');
}
