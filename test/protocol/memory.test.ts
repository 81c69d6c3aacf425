/** What is left of secrets in the memory of a process. Collected copies are another matter, and so they are kept away: docs/constant-time.md. */
import { deepEqual, ok } from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { bytesToHex, randomBytes } from '@noble/hashes/utils.js';

const CHILD = new URL('support/memoryChild.ts', import.meta.url).pathname;
/** The collector copies what it finds alive, and nobody can overwrite the place where it was: it is given nothing to do. */
const WITHOUT_COLLECTION = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

type Found = readonly (readonly [kind: string, count: number])[];

/** Two parties in processes of their own, of which each says what it finds in itself. */
function ceremony(suite: string): Promise<readonly Found[]> {
  const contexts = [randomBytes(32), randomBytes(32)].map(bytesToHex);
  const children = [1, 2].map((id) =>
    fork(CHILD, [suite, `${id}`, ...contexts], {
      execArgv: WITHOUT_COLLECTION,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }),
  );
  const found: Found[] = [];
  const said = new Map<ChildProcess, readonly number[]>();
  return new Promise((resolve, reject) => {
    for (const child of children) {
      child.on('error', reject);
      child.on('exit', (code) => code !== 0 && reject(new Error(`a party ended with ${code}`)));
      child.on('message', (message: readonly number[] | { readonly found: Found }) => {
        if ('found' in message) {
          found.push(message.found);
          if (found.length === children.length) resolve(found);
          return;
        }
        said.set(child, message);
        if (said.size < children.length) return;
        const [first, second] = children as [ChildProcess, ChildProcess];
        first.send([[2, said.get(second)!]]);
        second.send([[1, said.get(first)!]]);
        said.clear();
      });
    }
  });
}

describe('the memory of a party [HP-06]', function () {
  this.timeout(60_000);

  before(function () {
    // It is read as Linux shows it.
    if (process.platform !== 'linux') this.skip();
  });

  for (const suite of ['bip340', 'ed25519']) {
    it(`has its share and nothing that led to it, nor to its nonces, ${suite}`, async () => {
      for (const found of await ceremony(suite)) {
        const kinds = [
          ...['coefficient', 'drawn for a nonce', 'envelope key', 'from the source', 'held', 'nonce'],
          ...['share dealt', 'share received'],
        ];
        deepEqual([...new Set(found.map(([kind]) => kind))].sort(), kinds);
        const left = found.filter(([kind, count]) => kind !== 'held' && count > 0);
        deepEqual(left, []);
        ok(
          found.every(([kind, count]) => kind !== 'held' || count > 0),
          'the share itself would have been found',
        );
      }
    });
  }
});
