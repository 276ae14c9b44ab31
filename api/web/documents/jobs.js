// Asking the server how its jobs are getting on: often while something is under way, otherwise on return to the page.

import { listJobs, showJob } from '../core/api.js';

const EVERY_MS = 900;
const SLOW_MS = 4000;
const LISTED = 200;
const ASKED_SINGLY = 10;

/** The newest jobs, and the oldest active ones beyond them, which are worked on first. */
async function readJobs(active) {
  const { jobs } = await listJobs(LISTED);
  const listed = new Set(jobs.map(({ id }) => id));
  const missing = active.filter((id) => !listed.has(id)).slice(0, ASKED_SINGLY);
  const single = await Promise.all(missing.map((id) => showJob(id).catch(() => null)));
  return [...jobs, ...single.filter(Boolean)];
}

/**
 * @param {() => string[]} activeJobs ids, oldest first
 * @param {(jobs: object[]) => void} onJobs newest first
 * @returns {() => void} looks at once, and again for as long as jobs are active
 */
export function watchJobs(activeJobs, onJobs) {
  let timer = 0;
  let running = false;
  let again = false;
  let listening = false;
  const look = async () => {
    clearTimeout(timer);
    if (!listening) addEventListener('focus', look);
    listening = true;
    again = running;
    if (running) return;
    running = true;
    let pause = EVERY_MS;
    try {
      onJobs(await readJobs(activeJobs()));
    } catch {
      pause = SLOW_MS; // The server is away for a moment; the jobs are not lost.
    }
    running = false;
    if (again) pause = 0;
    if (again || activeJobs().length > 0) timer = setTimeout(look, document.hidden ? SLOW_MS : pause);
  };
  return look;
}
