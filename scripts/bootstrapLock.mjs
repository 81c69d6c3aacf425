// A lock between processes: a file that holds its owner's process id. A lock whose owner is dead is taken over.

import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

const PAUSE_MS = 200;
const OLDEST_MS = 30 * 60 * 1000; // a process id may be in use again; no set-up takes this long

const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);

/** Takes the lock by linking a finished file to its name: nobody ever reads a half-written one. */
function take(lock) {
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // alive, another user's
  }
}

/** The owner if it is dead, so that the lock may be removed. */
function deadOwner(lock) {
  try {
    const owner = readFileSync(lock, 'utf8');
    const old = Date.now() - statSync(lock).mtimeMs > OLDEST_MS;
    return old || !isAlive(Number(owner)) ? owner : undefined;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined; // released just now
    throw error;
  }
}

/** Moves a dead owner's lock away; if somebody else replaced it meanwhile, puts theirs back. */
function removeDead(lock, owner) {
  const aside = `${lock}.dead.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (readFileSync(aside, 'utf8') !== owner) linkSync(aside, lock);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Runs `work` while holding the lock; calls `onWait` once if it has to wait. */
export function withLock(lock, work, onWait) {
  for (let waited = false; !take(lock); waited = true) {
    const owner = deadOwner(lock);
    if (owner !== undefined) {
      removeDead(lock, owner);
      continue;
    }
    if (!waited) onWait();
    pause();
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    work();
  } finally {
    process.off('exit', release);
    release();
  }
}
