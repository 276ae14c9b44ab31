import { fetchContent } from './api.js';
import { renderArticle } from './article.js';
import { byId, el, errorCard, scrollInside } from './dom.js';
import { offsetConverter } from './text.js';

const narrow = matchMedia('(max-width: 820px)');
const pane = byId('source');
const scroller = byId('source-scroll');
let opening = 0;
let opener = null;

function showNotice(message, isWarning = false) {
  byId('source-notice').textContent = message;
  byId('source-notice').className = isWarning ? 'source-notice is-warning' : 'source-notice';
}

function showPart(part) {
  byId('library').hidden = part !== 'library';
  byId('source-meta').hidden = part !== 'article';
  byId('source-text').hidden = part !== 'article';
  byId('source-library').hidden = part === 'library';
  byId('source-failure').replaceChildren();
}

/** On a narrow screen only one of the two panes can be reached at a time. */
function syncReach() {
  const slidOver = pane.classList.contains('is-open');
  byId('chat').inert = narrow.matches && slidOver;
  pane.inert = narrow.matches && !slidOver;
}

function slideIn() {
  if (!pane.classList.contains('is-open')) opener = document.activeElement;
  pane.classList.add('is-open');
  syncReach();
  if (narrow.matches) byId('source-close').focus({ preventScroll: true });
}

/** Slide the pane away and put the focus back where it came from. */
export function slideOut() {
  if (!pane.classList.contains('is-open')) return;
  pane.classList.remove('is-open');
  syncReach();
  if (narrow.matches && opener?.isConnected) opener.focus({ preventScroll: true });
}

/** Resolve the asked-for place, or say why it cannot be shown. */
function locate(content, target, toUtf16) {
  if (target.start === undefined) return { span: null, warning: '' };
  const span = { start: toUtf16(target.start), end: toUtf16(target.end) };
  const inside = target.start < target.end && target.end <= content.length;
  const matches = target.quote === undefined || content.text.slice(span.start, span.end) === target.quote;
  if (inside && matches) return { span, warning: '' };
  const warning = matches ? '链接中的位置不在这篇原文之内，没有标出引文。' : '引文与原文不符，没有标出引文。';
  return { span: null, warning };
}

/** Centre the span; one taller than the pane starts near its top instead. */
function scrollToMarks(marks) {
  if (marks.length === 0) {
    scroller.scrollTop = 0;
    return;
  }
  const top = marks[0].getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  const height = marks.at(-1).getBoundingClientRect().bottom - marks[0].getBoundingClientRect().top;
  const margin = Math.max((scroller.clientHeight - height) / 2, 32);
  scrollInside(scroller, scroller.scrollTop + top - margin);
}

function showContent(content, target) {
  const toUtf16 = offsetConverter(content.text);
  const headings = content.headings.map(({ level, start, end }) => (
    { level, start: toUtf16(start), end: toUtf16(end) }));
  const { span, warning } = locate(content, target, toUtf16);
  const { nodes, marks } = renderArticle(content.text, headings, span);
  byId('source-title').textContent = content.title;
  byId('source-meta').replaceChildren(
    `第 ${content.revision} 版 · ${content.length.toLocaleString('zh-CN')} 字 · SHA-256 `,
    el('span', { title: content.sha256 }, content.sha256.slice(0, 12)));
  byId('source-text').replaceChildren(...nodes);
  showPart('article');
  showNotice(warning || (span ? '已在原文中标出引文' : ''), warning !== '');
  scrollToMarks(marks);
}

/**
 * Open a document, at a span when one is given.
 * @param {{documentId: string, revision: number, start?: number, end?: number, quote?: string}} target
 */
export async function openSource(target) {
  opening += 1;
  const mine = opening;
  slideIn();
  showNotice('正在打开原文…');
  try {
    const content = await fetchContent(target.documentId, target.revision);
    if (mine === opening) showContent(content, target); // Another citation may have been opened meanwhile.
  } catch (error) {
    if (mine !== opening) return;
    showNotice('');
    showPart('failure');
    byId('source-title').textContent = '原文';
    byId('source-failure').replaceChildren(errorCard(error, () => openSource(target)));
  }
}

/**
 * @param {boolean} bringForward slide the pane in on a narrow screen
 */
export function showLibrary(bringForward) {
  opening += 1; // Whatever is still being fetched is no longer wanted.
  byId('source-title').textContent = '文档库';
  showNotice('');
  showPart('library');
  scroller.scrollTop = 0;
  if (bringForward) slideIn();
}

/**
 * @param {{onClose: () => void, onLibrary: () => void}} handlers
 */
export function startSource({ onClose, onLibrary }) {
  byId('source-close').addEventListener('click', onClose);
  byId('source-library').addEventListener('click', onLibrary);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && narrow.matches && pane.classList.contains('is-open')) onClose();
  });
  narrow.addEventListener('change', syncReach);
  syncReach();
}
