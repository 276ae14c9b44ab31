// Files from a picker, a drop or the clipboard, with what cannot be read sorted out before it is sent.

import { serverStatus } from '../core/api.js';
import { byId } from '../core/dom.js';
import { fileSize } from '../core/format.js';
import { note } from '../core/overlay.js';
import { addFiles } from './uploads.js';

const JUNK = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);
let limits = { endings: null, bytes: Infinity };

const endingOf = (name) => (name.includes('.') ? name.slice(name.lastIndexOf('.')).toLowerCase() : '');

/** Learn what the server takes; until then, and where that fails, it decides itself. */
export async function learnFormats() {
  const { formats, limits: { max_file_bytes: bytes } } = await serverStatus();
  limits = { endings: new Set(formats.map(({ ending }) => ending.toLowerCase())), bytes: bytes ?? Infinity };
  byId('file-input').accept = [...limits.endings].join(',');
  const names = [...new Set(formats.map(({ name }) => name))];
  for (const place of document.querySelectorAll('[data-formats]')) place.textContent = names.join('、');
}

function refusal(file) {
  const ending = endingOf(file.name);
  if (limits.endings && !limits.endings.has(ending)) {
    return ending ? `不支持 ${ending} 格式。` : '文件名没有后缀，看不出是什么格式。';
  }
  if (file.size === 0) return '文件是空的。';
  return file.size > limits.bytes ? `文件有 ${fileSize(file.size)}，超过 ${fileSize(limits.bytes)} 的上限。` : '';
}

/**
 * Add files; of a folder, those that cannot be read are left out with a word.
 * @param {File[]} files
 * @param {boolean} [fromFolder]
 */
export function take(files, fromFolder = false) {
  const real = files.filter(({ name }) => !JUNK.has(name) && !name.startsWith('~$'));
  const judged = real.map((file) => ({ file, refusal: refusal(file) }));
  const wanted = fromFolder ? judged.filter(({ refusal: reason }) => reason === '') : judged;
  if (fromFolder && wanted.length < real.length) note(`跳过了 ${real.length - wanted.length} 个不能读取的文件。`);
  if (wanted.length > 0) addFiles(wanted);
}

/** All entries of a folder; the browser hands them out in portions. */
async function childrenOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function filesUnder(entry) {
  if (entry.isFile) return [await new Promise((resolve, reject) => { entry.file(resolve, reject); })];
  const lists = [];
  for (const child of await childrenOf(entry)) lists.push(await filesUnder(child));
  return lists.flat();
}

/** Files and folders that were dropped. */
async function takeDropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some(({ isDirectory }) => isDirectory)) return take([...transfer.files]);
  const lists = await Promise.all(entries.map((entry) => filesUnder(entry).catch(() => [])));
  return take(lists.flat(), true);
}

const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');

/** Files may be dropped anywhere on the page. */
function startDrop(onTaken) {
  const overlay = byId('drop-overlay');
  let depth = 0;
  const show = (change) => {
    depth = Math.max(0, depth + change);
    overlay.hidden = depth === 0;
  };
  addEventListener('dragenter', (event) => { if (carriesFiles(event)) show(1); });
  addEventListener('dragleave', (event) => { if (carriesFiles(event)) show(-1); });
  addEventListener('dragover', (event) => { if (carriesFiles(event)) event.preventDefault(); });
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    overlay.hidden = true;
    takeDropped(event.dataTransfer);
    onTaken();
  });
}

function startPicker(input, fromFolder, onTaken) {
  input.addEventListener('change', () => {
    take([...input.files], fromFolder);
    input.value = ''; // The same file can be picked again after it failed.
    onTaken();
  });
}

/** @param {() => void} onTaken files were given */
export function startFiles(onTaken) {
  startDrop(onTaken);
  startPicker(byId('file-input'), false, onTaken);
  startPicker(byId('folder-input'), true, onTaken);
  addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
    onTaken();
  });
}
