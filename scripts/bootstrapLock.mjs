// A lock between processes: a file that names its owners' process ids. A lock whose owners are all dead is taken over.

import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 200;
const OLDEST_MS = 60 * 60 * 1000; // a process id may be in use again by then; no set-up takes this long

const aside = (lock) => `${lock}.${process.pid}`;

/** Takes the lock by linking a finished file to its name: nobody ever reads a half-written one. */
function take(lock) {
  writeFileSync(aside(lock), `${process.pid}`);
  try {
    linkSync(aside(lock), lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(aside(lock), { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // alive, and another user's
  }
}

/** What a lock says that nobody holds any more. */
function readDead(lock) {
  try {
    const owners = readFileSync(lock, 'utf8');
    const old = Date.now() - statSync(lock).mtimeMs > OLDEST_MS;
    return old || !owners.split(' ').some((pid) => isAlive(Number(pid))) ? owners : undefined;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined; // released just now
    throw error;
  }
}

/** Moves a dead lock away; if somebody else's stood there by then, puts it back. */
function removeDead(lock, owners) {
  try {
    renameSync(lock, aside(lock));
    if (readFileSync(aside(lock), 'utf8') !== owners) linkSync(aside(lock), lock);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside(lock), { force: true });
  }
}

/** Names a child as an owner too: it may outlive this process. */
function addOwner(lock, pid) {
  writeFileSync(aside(lock), `${process.pid} ${pid}`);
  renameSync(aside(lock), lock);
}

/** Runs `work(addOwner)` while holding the lock; calls `onWait` once if it has to wait for somebody else. */
export async function withLock(lock, work, onWait) {
  let told = false;
  while (!take(lock)) {
    const dead = readDead(lock);
    if (dead !== undefined) {
      removeDead(lock, dead);
      continue;
    }
    if (!told) onWait();
    told = true;
    await pause(PAUSE_MS);
  }
  const release = () => rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    return await work((pid) => addOwner(lock, pid));
  } finally {
    process.off('exit', release);
    release();
  }
}
