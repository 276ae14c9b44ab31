import { restoreDocument } from '../core/api.js';
import { byId, errorCard, errorText, scrollInside } from '../core/dom.js';
import { bookTitle, characterCount } from '../core/format.js';
import { citationHash, formatHash, navigate } from '../core/location.js';
import { openMenu } from '../core/menu.js';
import { note, writeClipboard } from '../core/overlay.js';
import { offsetConverter } from '../core/text.js';
import { documentsChanged } from '../documents/changes.js';
import { Article } from './article.js';
import { contentOf, forgetContent } from './contents.js';
import { noticeOf, showNotice } from './notice.js';
import { isNarrow, showView, slideIn } from './pane.js';
import { locate, sentenceAround } from './place.js';

const scroller = byId('source-scroll');
const SETTLE_FRAMES = 3;
const NEAR_SCREENS = 3;
const SLOW_MS = 150;
let opening = 0;
let shown = null;

const keyOf = ({ documentId, revision }) => `${documentId}@${revision}`;

/** Centre the span; one taller than the pane starts near its top instead. */
function scrollToMarks(marks, smooth) {
  const top = marks[0].getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  const height = marks.at(-1).getBoundingClientRect().bottom - marks[0].getBoundingClientRect().top;
  const margin = Math.max((scroller.clientHeight - height) / 2.4, 32);
  const isNear = Math.abs(top) < NEAR_SCREENS * scroller.clientHeight;
  if (smooth && isNear) scrollInside(scroller, scroller.scrollTop + top - margin);
  else scroller.scrollTop += top - margin;
}

/** Parts of a long document find their height only once they are near, so go there again. */
function scrollAndSettle(marks, smooth, frames = shown.article.isLong ? SETTLE_FRAMES : 0) {
  if (!marks[0].isConnected) return;
  scrollToMarks(marks, smooth && frames === 0);
  if (frames > 0) requestAnimationFrame(() => scrollAndSettle(marks, false, frames - 1));
}

/** The other citations of the same answer, where they are in the same text. */
function siblingSpans({ siblings = [] }, toUtf16, current) {
  return siblings.map((citation) => ({
    start: toUtf16(citation.start),
    end: toUtf16(citation.end),
    current: false,
    onOpen: () => navigate(citationHash(citation)),
  })).filter(({ start, end }) => start !== current.start || end !== current.end);
}

function showSteps({ siblings = [], start, end }) {
  const at = siblings.findIndex((citation) => citation.start === start && citation.end === end);
  byId('citation-steps').hidden = siblings.length < 2 || at < 0;
  byId('citation-count').textContent = `引文 ${at + 1} / ${siblings.length}`;
  const go = (step) => () => navigate(citationHash(siblings.at((at + step) % siblings.length)));
  byId('previous-citation').onclick = go(-1);
  byId('next-citation').onclick = go(1);
}

function showMeta(content) {
  const pages = content.pages?.length ?? 0;
  const facts = [`第 ${content.revision} 版`, characterCount(content.length), pages > 0 ? `${pages} 页` : ''];
  byId('source-meta').textContent = facts.filter(Boolean).join(' · ');
  byId('source-meta').title = `文本的 SHA-256：${content.sha256}`;
  byId('source-title').textContent = content.title;
  byId('source-title').title = content.title;
}

function draw(content, target) {
  const toUtf16 = offsetConverter(content.text);
  const place = ({ start, end, ...rest }) => ({ ...rest, start: toUtf16(start), end: toUtf16(end) });
  const article = new Article(content.text, content.headings.map(place), (content.pages ?? []).map(place));
  byId('source-text').replaceChildren(...article.nodes);
  byId('source-outline').hidden = article.outline().length < 2;
  shown = { key: keyOf(target), sha256: content.sha256, article, toUtf16 };
}

function tell(content, target, warning) {
  noticeOf(content, warning, {
    newer: () => navigate(formatHash({ documentId: target.documentId, revision: content.latest_revision })),
    restore: () => restore(target),
  });
}

async function restore(target) {
  try {
    await restoreDocument(target.documentId);
    documentsChanged(target.documentId);
    openSource(target);
  } catch (error) {
    note(errorText(error));
  }
}

function show(content, target) {
  const isShown = shown?.key === keyOf(target) && shown.sha256 === content.sha256;
  if (!isShown) draw(content, target);
  const { span, warning } = locate(content, target, shown.toUtf16);
  const spans = span ? [...siblingSpans(target, shown.toUtf16, span), { ...span, current: true }] : [];
  const marks = shown.article.mark(spans, span && sentenceAround(content.text, span));
  showMeta(content);
  showSteps(target);
  tell(content, target, warning);
  showView('article');
  if (marks.length > 0) scrollAndSettle(marks, isShown);
  else if (!isShown) scroller.scrollTop = 0;
  byId('source-status').textContent = marks.length > 0 ? `已在${bookTitle(content.title)}中标出引文` : `已打开${bookTitle(content.title)}`;
}

function showFailure(error, target) {
  shown = null;
  showNotice('');
  showView('failure');
  byId('citation-steps').hidden = true;
  byId('source-outline').hidden = true;
  byId('source-title').textContent = '原文';
  byId('source-failure').replaceChildren(errorCard(error, () => openSource(target)));
}

/** Show the pane before its text is there; until then what was in it would mislead. */
function makeRoom(target) {
  showView('article');
  if (shown?.key === keyOf(target)) return;
  byId('source-body').hidden = true;
  byId('source-title').textContent = '';
  showNotice('');
}

/**
 * Open a document, at a span when one is given.
 * @param {{documentId: string, revision: number, start?: number, end?: number, quote?: string, siblings?: object[]}}
 *   target `siblings`: the citations of the same answer in the same text, in order
 */
export async function openSource(target) {
  opening += 1;
  const mine = opening;
  const { content, renewed } = contentOf(target);
  if (isNarrow()) makeRoom(target);
  slideIn();
  const slow = setTimeout(() => {
    if (mine !== opening) return;
    makeRoom(target);
    showNotice('正在打开原文…');
  }, SLOW_MS);
  try {
    const text = await content;
    if (mine !== opening) return; // Another citation was opened meanwhile.
    show(text, target);
    const now = await renewed?.catch(() => null);
    if (now && mine === opening) tell(now, target, locate(now, target, shown.toUtf16).warning);
  } catch (error) {
    if (mine === opening) showFailure(error, target);
  } finally {
    clearTimeout(slow);
  }
}

/** Whatever is still being fetched is no longer wanted. */
export function leaveSource() {
  opening += 1;
}

function openOutline(event) {
  openMenu(event.currentTarget, shown.article.outline().map(({ label, level, node }) => ({
    label,
    level,
    run: () => {
      const top = node.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
      scroller.scrollTop += top - 24;
      scroller.focus({ preventScroll: true });
    },
  })));
}

async function copyLink() {
  const done = await writeClipboard(location.href).then(() => '已复制链接', () => '没能复制，请从地址栏复制');
  note(done);
}

/** Wire the buttons of the pane. */
export function startSource() {
  byId('source-outline').addEventListener('click', openOutline);
  byId('source-link').addEventListener('click', copyLink);
  addEventListener('wenqu:documents', ({ detail }) => { if (detail.id) forgetContent(detail.id); });
}
