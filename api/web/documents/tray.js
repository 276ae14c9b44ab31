// The uploads as seen: what is under way, and what failed and why.

import { arrange, byId, el, icon, iconButton } from '../core/dom.js';
import { progressOfBatch } from './batch.js';
import { allUploads, cancelUpload, dismissUploads, isActive, retryUpload } from './uploads.js';

const SHOWN = 6;
const ORDER = ['failed', 'indexing', 'parsing', 'sending', 'queued', 'waiting', 'indexed'];
const MOVING = new Set(['sending', 'parsing', 'indexing']);
const ICONS = { failed: 'alert', indexed: 'check' };
const rows = new Map();
let expanded = false;
let planned = false;

function words({ phase, sent, done, total, unit, reason }) {
  return {
    waiting: '等待上传',
    sending: `正在上传 ${Math.floor(sent * 100)}%`,
    queued: '排队中',
    parsing: '正在读取文字',
    indexing: total > 0 ? `正在建立索引 ${done} / ${total} ${unit}` : '正在建立索引',
    indexed: '已添加',
    failed: reason,
  }[phase];
}

/** How far along, over sending and reading and indexing together. */
function share({ phase, sent, done, total }) {
  if (phase === 'sending') return sent * 0.3;
  if (phase === 'parsing') return 0.4;
  return 0.5 + (total > 0 ? (done / total) * 0.5 : 0);
}

function buttons(upload) {
  if (isActive(upload)) return [iconButton('close', `取消 ${upload.name}`, { onclick: () => cancelUpload(upload) })];
  if (upload.phase !== 'failed') return [];
  const retry = upload.refused ? [] : [el('button', {
    type: 'button', class: 'link-button', 'aria-label': `重试 ${upload.name}`, onclick: () => retryUpload(upload),
  }, '重试')];
  return [...retry, iconButton('close', `不再显示 ${upload.name}`, { onclick: () => dismissUploads([upload]) })];
}

/** A row that changes in place, so that the focus stays where it is. */
function row(upload) {
  const bar = el('progress', { max: '1', 'aria-label': upload.name });
  const status = el('span', { class: 'upload-status', 'data-testid': 'upload-status' });
  const actions = el('span', { class: 'upload-actions' });
  const mark = el('span', { class: 'upload-mark' });
  const node = el('li', { class: 'upload', 'data-testid': 'upload' }, mark,
    el('span', { class: 'upload-text' }, el('span', { class: 'upload-name', title: upload.name }, upload.name), status, bar), actions);
  let phase = '';
  const refresh = () => {
    status.textContent = words(upload);
    bar.hidden = !MOVING.has(upload.phase);
    bar.value = share(upload);
    if (phase === upload.phase) return;
    phase = upload.phase;
    node.dataset.phase = phase;
    mark.replaceChildren(icon(ICONS[phase] ?? 'file'));
    actions.replaceChildren(...buttons(upload));
  };
  refresh();
  return { node, refresh };
}

function rowOf(upload) {
  if (!rows.has(upload.key)) rows.set(upload.key, row(upload));
  return rows.get(upload.key);
}

function heading(list) {
  const active = list.filter(isActive).length;
  const failed = list.filter(({ phase }) => phase === 'failed').length;
  const { total, finished } = progressOfBatch();
  if (active > 0) return total > 1 ? `正在添加，已完成 ${finished} / ${total}` : '正在添加';
  return failed > 0 ? `${failed} 个文件没能添加` : '已添加';
}

function headActions(list) {
  const active = list.filter(isActive);
  const failed = list.filter(({ phase }) => phase === 'failed');
  const link = (label, run) => el('button', { type: 'button', class: 'link-button', onclick: run }, label);
  if (active.length > 1) return [link('全部取消', () => active.forEach(cancelUpload))];
  if (failed.length > 1) return [link('全部不再显示', () => dismissUploads(failed))];
  return [];
}

function draw() {
  planned = false;
  const list = allUploads().sort((a, b) => ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase));
  const keys = new Set(list.map(({ key }) => key));
  for (const key of rows.keys()) if (!keys.has(key)) rows.delete(key);
  byId('uploads').hidden = list.length === 0;
  const shown = expanded ? list : list.slice(0, SHOWN);
  for (const upload of shown) rowOf(upload).refresh();
  arrange(byId('upload-list'), shown.map((upload) => rowOf(upload).node));
  byId('uploads-title').textContent = heading(list);
  const label = headActions(list);
  if (byId('uploads-actions').textContent !== label.map(({ textContent }) => textContent).join('')) {
    byId('uploads-actions').replaceChildren(...label);
  }
  const { total, finished } = progressOfBatch();
  byId('uploads-progress').hidden = total < 2;
  byId('uploads-progress').value = total > 0 ? finished / total : 0;
  const more = byId('uploads-more');
  more.hidden = list.length <= SHOWN;
  more.textContent = expanded ? '收起' : `还有 ${list.length - SHOWN} 个`;
}

/** Redraw at most once a frame, however many files move. */
function plan() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(draw);
}

/** Show the uploads from now on. */
export function startTray() {
  addEventListener('wenqu:uploads', plan);
  byId('uploads-more').addEventListener('click', () => { expanded = !expanded; draw(); });
}
