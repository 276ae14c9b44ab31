// Everything on its way into the library: files being sent from here, and the jobs of the server.

import { cancelJob, retryJob, showJob } from '../core/api.js';
import { errorText } from '../core/dom.js';
import { sendFile } from '../core/upload.js';
import { addToBatch, joinBatch, leaveBatch, settleBatch } from './batch.js';
import { documentsChanged } from './changes.js';
import { watchJobs } from './jobs.js';

const AT_ONCE = 3;
const SHOWN_DONE_MS = 2500;
const RECENT_MS = 7 * 86_400_000;
const ACTIVE = new Set(['waiting', 'sending', 'queued', 'parsing', 'indexing']);

/**
 * @typedef {object} Upload
 * @property {string} key
 * @property {string} name of the file
 * @property {'waiting'|'sending'|'queued'|'parsing'|'indexing'|'indexed'|'failed'|'cancelled'} phase
 * @property {number} sent share of the bytes, 0 to 1
 * @property {number} done
 * @property {number} total 0 while unknown
 * @property {string} unit what is counted: 段, or 个文件 of an archive
 * @property {string} reason why it failed
 * @property {string} jobId of the server, empty until the file has arrived
 * @property {boolean} own begun from this page
 * @property {(() => Promise<object>)|null} begin sends it, from this page
 */

/** @type {Map<string, Upload>} */
const uploads = new Map();
let counter = 0;

/** @returns {Upload[]} in the order they came */
export const allUploads = () => [...uploads.values()];

/** @param {Upload} upload */
export const isActive = ({ phase }) => ACTIVE.has(phase);

const changed = () => dispatchEvent(new Event('wenqu:uploads'));

function update(upload, values) {
  Object.assign(upload, values);
  changed();
}

function create(values) {
  counter += 1;
  const upload = {
    key: `upload-${counter}`, phase: 'waiting', sent: 0, done: 0, total: 0, unit: '段', reason: '', jobId: '', own: false,
    begin: null, ...values,
  };
  uploads.set(upload.key, upload);
  if (upload.own && isActive(upload)) joinBatch();
  return upload;
}

function forget(upload) {
  uploads.delete(upload.key);
  changed();
}

/** What others send does not keep the reader from hearing of what they sent themselves. */
function settle() {
  if (!allUploads().some((upload) => upload.own && isActive(upload))) settleBatch();
  changed();
}

function finish(upload, documentId) {
  update(upload, { phase: 'indexed' });
  if (upload.own && documentId) addToBatch({ id: documentId, name: upload.name, replaced: upload.replaced ?? false });
  documentsChanged(documentId);
  setTimeout(() => forget(upload), SHOWN_DONE_MS);
  settle();
}

/** An archive has become several documents. */
async function finishArchive(upload) {
  if (upload.isFinishing) return;
  upload.isFinishing = true;
  const { children } = await showJob(upload.jobId).catch(() => ({ children: [] }));
  const members = (children ?? []).filter(({ status }) => status === 'indexed');
  if (upload.own) {
    joinBatch(members.length);
    for (const { document_id: id, file_name: name } of members) addToBatch({ id, name, replaced: false });
    leaveBatch();
  }
  finish(upload, '');
}

function fail(upload, reason) {
  if (upload.own) leaveBatch();
  update(upload, { phase: 'failed', reason });
}

/** An archive is done once all the files in it are; what it shows until then are files. */
function takeArchive(upload, { done, total }) {
  if (done >= total) finishArchive(upload);
  else if (upload.done !== done) documentsChanged();
  update(upload, { phase: 'indexing', done, total, unit: '个文件' });
}

/** Take over what the server says of a job. */
function take(upload, job) {
  if (!isActive(upload) || upload.phase === 'sending') return;
  const { done, total } = job.progress ?? { done: 0, total: 0 };
  if (!upload.own) upload.name = job.file_name;
  if (job.status === 'failed') fail(upload, job.reason || '没能读取这个文件。');
  else if (job.status === 'cancelled') cancelled(upload);
  else if (job.status !== 'indexed') update(upload, { phase: job.status, done, total });
  else if (job.document_id) finish(upload, job.document_id);
  else takeArchive(upload, { done, total });
}

function cancelled(upload) {
  if (upload.own) leaveBatch();
  forget(upload);
}

/** A failure is worth showing for some days, unless the file was sent again since. */
function isWorthShowing(job, newer) {
  const isRecent = Date.now() - new Date(job.updated_at).getTime() < RECENT_MS;
  return job.status === 'failed' && isRecent && !newer.some(({ document_id: id }) => id && id === job.document_id);
}

/** The server may list a job before the reply to its upload is here. */
const isOnItsWay = (name) => allUploads().some((upload) => upload.phase === 'sending' && upload.name === name);

/** A job that is not known here yet: somebody else's, or from before the page was loaded. */
function meet(job, newer) {
  const about = { name: job.file_name, jobId: job.id };
  if (isOnItsWay(job.file_name)) return;
  if (isWorthShowing(job, newer)) create({ ...about, phase: 'failed', reason: job.reason });
  if (!ACTIVE.has(job.status)) return;
  // The files of an archive are counted in the row of the archive.
  const parentIsKnown = allUploads().some(({ jobId }) => jobId === job.parent_id);
  if (job.parent_id && !parentIsKnown) create({ ...about, jobId: job.parent_id, phase: 'queued' });
  if (!job.parent_id) take(create({ ...about, phase: 'queued' }), job);
}

function onJobs(jobs) {
  const byJob = new Map(allUploads().filter(({ jobId }) => jobId).map((upload) => [upload.jobId, upload]));
  // The oldest first, so that an archive is met before its files.
  [...jobs].reverse().forEach((job, index) => {
    const known = byJob.get(job.id);
    if (known) take(known, job);
    else meet(job, jobs.slice(0, jobs.length - 1 - index));
  });
  settle();
}

const watch = watchJobs(() => allUploads().filter((upload) => isActive(upload) && upload.jobId).map(({ jobId }) => jobId), onJobs);

async function send(upload) {
  update(upload, { phase: 'sending', sent: 0 });
  try {
    const { job_id: jobId, id } = await upload.begin();
    update(upload, { jobId: jobId ?? '', phase: 'queued', begin: null });
    if (jobId) watch();
    else finish(upload, id); // The server had this text already.
  } catch (error) {
    if (error.name === 'AbortError') return;
    fail(upload, errorText(error));
  }
  settle();
}

function sendNext() {
  const list = allUploads();
  const sending = list.filter(({ phase }) => phase === 'sending').length;
  const next = list.filter(({ phase }) => phase === 'waiting').slice(0, AT_ONCE - sending);
  for (const upload of next) send(upload).finally(sendNext);
}

function beginFile(upload, sending) {
  return () => {
    upload.controller = new AbortController();
    return sendFile(sending, (sent) => update(upload, { sent }), upload.controller.signal);
  };
}

const adding = { method: 'POST', path: '/v1/documents' };

/**
 * Add files to the library.
 * @param {{file: File, refusal: string}[]} files `refusal`: why it need not even be sent, or empty
 */
export function addFiles(files) {
  for (const { file, refusal } of files) {
    const upload = create({ name: file.name, own: true, phase: refusal ? 'failed' : 'waiting', reason: refusal });
    upload.begin = beginFile(upload, { ...adding, file });
    upload.refused = refusal !== '';
  }
  changed();
  sendNext();
}

/** Put a file in the place of a document's text. */
export function replaceWithFile(documentId, file) {
  const upload = create({ name: file.name, own: true, replaced: true });
  upload.begin = beginFile(upload, { method: 'PUT', path: `/v1/documents/${encodeURIComponent(documentId)}`, file });
  sendNext();
}

/** Add a text as a document: as a file, which may be longer than other requests. */
export function addPasted(title, text) {
  const upload = create({ name: title, own: true });
  const file = new File([text], `${title.replace(/[\\/]/g, ' ')}.txt`, { type: 'text/plain' });
  upload.begin = beginFile(upload, { ...adding, file, title });
  sendNext();
}

/** Try a failed one again: send it again, or let the server take up its job again. */
export async function retryUpload(upload) {
  upload.own = true;
  joinBatch();
  if (upload.begin) {
    update(upload, { phase: 'waiting', reason: '' });
    sendNext();
    return;
  }
  update(upload, { phase: 'queued', reason: '' });
  try {
    await retryJob(upload.jobId);
    watch();
  } catch (error) {
    fail(upload, errorText(error));
  }
}

/** Stop one that is under way. */
export async function cancelUpload(upload) {
  upload.controller?.abort();
  cancelled(upload);
  if (upload.jobId) await cancelJob(upload.jobId).catch(() => {}); // Already done, or gone: nothing to stop.
  settle();
}

/** Take failed ones off the list, on the server too. */
export function dismissUploads(failed) {
  for (const { key, jobId } of failed) {
    uploads.delete(key);
    if (jobId) cancelJob(jobId).catch(() => {}); // Somebody else did it already.
  }
  changed();
}

/** Show what the server is busy with, whoever sent it. */
export const startUploads = () => watch();
