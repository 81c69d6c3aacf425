/** What is left of secrets in the memory of a process. Collected copies are another matter, and so they are kept away: docs/constant-time.md. */
import { deepEqual } from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { bytesToHex, randomBytes } from '@noble/hashes/utils.js';
import type { Carried } from './support/memoryParty.ts';

const FROST_PARTY = new URL('support/memoryChild.ts', import.meta.url).pathname;
const ECDSA_PARTY = new URL('support/ecdsaMemoryChild.ts', import.meta.url).pathname;
/** The collector copies what it finds alive, and nobody can overwrite the place where it was: it is given nothing to do. */
const WITHOUT_COLLECTION = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

type Found = readonly (readonly [kind: string, count: number])[];

/** Two parties in processes of their own, of which each says what it finds in itself. */
function ceremony(suite: string): Promise<readonly Found[]> {
  const party = suite === 'ecdsa-secp256k1' ? ECDSA_PARTY : FROST_PARTY;
  const contexts = [randomBytes(32), randomBytes(32)].map(bytesToHex);
  const children = [1, 2].map((id) =>
    fork(party, [suite, `${id}`, ...contexts], {
      execArgv: WITHOUT_COLLECTION,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }),
  );
  const found: Found[] = [];
  const said = new Map<ChildProcess, Carried>();
  return new Promise((resolve, reject) => {
    for (const child of children) {
      child.on('error', reject);
      child.on('exit', (code) => code !== 0 && reject(new Error(`a party ended with ${code}`)));
      child.on('message', (message: Carried | { readonly found: Found }) => {
        if ('found' in message) {
          found.push(message.found);
          if (found.length === children.length) resolve(found);
          return;
        }
        said.set(child, message);
        if (said.size < children.length) return;
        const [first, second] = children as [ChildProcess, ChildProcess];
        first.send(said.get(second)!);
        second.send(said.get(first)!);
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
      requireHeldAlone(await ceremony(suite), [
        ...['coefficient', 'drawn for a nonce', 'envelope key', 'from the source', 'held', 'nonce'],
        ...['share dealt', 'share received'],
      ]);
    });
  }

  it('has its share and nothing that led to a signature, nor of set-ups that are over, ecdsa-secp256k1', async () => {
    requireHeldAlone(await ceremony('ecdsa-secp256k1'), [
      ...['choice of an OT', 'computed', 'exponent of a base OT', 'factor', 'from the source'],
      ...['hashed to an element', 'held', 'm_A of a base OT', 'negated', 'never answered', 'reduced', 'set-up'],
      ...['shared by a base OT', 'to be hashed'],
    ]);
  });
});

/** @param kinds that were looked for, by one party or the other */
function requireHeldAlone(parties: readonly Found[], kinds: readonly string[]): void {
  deepEqual([...new Set(parties.flat().map(([kind]) => kind))].sort(), kinds);
  for (const found of parties) {
    const there = found.filter(([, count]) => count > 0).map(([kind]) => kind);
    // The share itself is, so others would have been found.
    deepEqual([...new Set(there)], ['held']);
  }
}
