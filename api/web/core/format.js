// Numbers, sizes, dates and places as a Chinese reader writes them.

const DAY_MS = 86_400_000;

/** @param {number} count */
export const grouped = (count) => count.toLocaleString('zh-CN');

/**
 * @param {number} characters
 * @returns {string} 532 字, 1.2 万字
 */
export function characterCount(characters) {
  if (characters < 10_000) return `${grouped(characters)} 字`;
  const wan = characters / 10_000;
  return `${wan < 100 ? wan.toFixed(1).replace(/\.0$/, '') : grouped(Math.round(wan))} 万字`;
}

/**
 * @param {number} bytes
 * @returns {string} 640 KB, 3.2 MB
 */
export function fileSize(bytes) {
  if (bytes < 1024 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1).replace(/\.0$/, '')} MB`;
}

const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

/** Whole days from `date` to today, by the calendar. */
const daysAgo = (date) => Math.round((midnight(new Date()) - midnight(date)) / DAY_MS);

/**
 * @param {string} iso
 * @returns {string} 今天 14:05, 昨天, 3月8日, 2024年3月8日
 */
export function shortDate(iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const days = daysAgo(date);
  if (days === 0) return `今天 ${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
  if (days === 1) return '昨天';
  const monthDay = `${date.getMonth() + 1}月${date.getDate()}日`;
  return date.getFullYear() === new Date().getFullYear() ? monthDay : `${date.getFullYear()}年${monthDay}`;
}

/**
 * @param {string} iso
 * @returns {string} the heading of the part of the history that a date belongs to
 */
export function dayGroup(iso) {
  const days = daysAgo(new Date(iso));
  if (days <= 0) return '今天';
  if (days === 1) return '昨天';
  return days < 7 ? '最近七天' : '更早';
}

/**
 * @param {number} confidence 0 to 1
 * @returns {string}
 */
export function confidenceWords(confidence) {
  if (confidence >= 0.8) return '很有把握';
  return confidence >= 0.5 ? '较有把握' : '仅供参考';
}

/** @param {string} title @returns {string} 《title》, with a title inside it in single marks */
export const bookTitle = (title) => `《${title.replaceAll('《', '〈').replaceAll('》', '〉')}》`;

/**
 * Where in its document a citation stands: page, then headings. Empty when
 * nothing more than the title is known.
 * @param {{document_title: string, headings?: string[], page?: number|null}} citation
 * @returns {string}
 */
export function citationPlace({ document_title: title, headings, page }) {
  const path = (headings ?? []).filter((heading) => heading && heading !== title).join(' › ');
  return [page ? `第${page}页` : '', path].filter(Boolean).join(' · ');
}
