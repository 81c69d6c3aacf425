import { deepEqual, equal, rejects } from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '../scripts/bootstrapLock.mjs';

const never = () => {
  throw new Error('waited');
};

describe('the lock of a set-up', () => {
  let folder = '';
  let lock = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-lock-'));
    lock = join(folder, 'lock');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('names its owner while the work runs, and leaves nothing behind', async () => {
    const during = await withLock(lock, () => readFileSync(lock, 'utf8'), never);
    equal(during, `${process.pid}`);
    deepEqual(readdirSync(folder), []);
  });

  it('is released when the work fails', async () => {
    const failing = () => {
      throw new Error('broken');
    };
    await rejects(withLock(lock, failing, never), /broken/);
    deepEqual(readdirSync(folder), []);
  });

  it('is taken over from the dead', async () => {
    const dead = spawnSync(process.execPath, ['--version']).pid;
    writeFileSync(lock, `${dead}`);
    equal(await withLock(lock, () => 'done', never), 'done');
    deepEqual(readdirSync(folder), []);
  });

  it('is waited for as long as the owner, or a child that it named, lives', async () => {
    const dead = spawnSync(process.execPath, ['--version']).pid;
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
    writeFileSync(lock, `${dead} ${child.pid}`);
    let waits = 0;
    const onWait = () => {
      waits += 1;
      child.stdin.end();
    };
    equal(await withLock(lock, () => child.exitCode, onWait), 0);
    equal(waits, 1);
  });

  it('lets one work at a time', async () => {
    let working = 0;
    const work = async () => {
      working += 1;
      await new Promise((done) => setImmediate(done));
      equal(working, 1);
      working -= 1;
    };
    await Promise.all([withLock(`${lock}`, work, () => {}), withLock(`${lock}`, work, () => {})]);
  });
});
