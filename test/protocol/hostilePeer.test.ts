/** Whatever one member says in whatever round, the others end with the right result or with a fault that names nobody else. */

import { hexToBytes, randomBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import type { PartyId } from '../../signer/protocol/committee.ts';
import { Fault } from '../../signer/protocol/fault.ts';
import { keygen } from '../../signer/protocol/keygen/keygen.ts';
import { seeded } from '../simulation/random.ts';
import { asked, generate, idsTo, sign } from './keys.ts';
import { type Adversary, committees, type Outcome, simulate } from './simulate.ts';
import { fast, portable } from './suites.ts';

const random = seeded('hostile peer');
const below = (n: number) => random.bytes(4).reduce((sum, byte) => sum * 256 + byte, 0) % n;
const pick = <T>(choices: readonly T[]): T => choices[below(choices.length)]!;

/** Encodings that decoders trip over: zero, one, the orders and what surrounds them, points of small order, points that are none. */
const STRANGE = [
  '00'.repeat(65),
  'ff'.repeat(65),
  `01${'00'.repeat(31)}`,
  'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141',
  'fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f',
  'edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  `02${'00'.repeat(32)}`,
  `04${'00'.repeat(64)}`,
  `06${'11'.repeat(64)}`,
].map(hexToBytes);

type Bend = (bytes: Uint8Array, others: readonly Uint8Array[]) => Uint8Array | undefined;
const BENDS: readonly Bend[] = [
  () => undefined,
  () => new Uint8Array(),
  (bytes) => random.bytes(bytes.length),
  (bytes) => random.bytes(below(2 * bytes.length + 1)),
  (bytes) => bytes.subarray(0, -1),
  (_bytes, others) => pick(others),
  (bytes) => bytes.with(below(bytes.length), below(256)),
  (bytes) => over(bytes, pick(STRANGE), below(bytes.length)),
  (bytes) => over(bytes, pick(STRANGE), 32 * below(Math.ceil(bytes.length / 32))),
  (bytes, others) => over(bytes, pick(others).subarray(0, 64), below(bytes.length)),
];

function over(bytes: Uint8Array, value: Uint8Array, at: number): Uint8Array {
  const bent = bytes.slice();
  bent.set(value.subarray(0, bytes.length - at), at);
  return bent;
}

/** Party 1 bends what it says in one round to some or to all. */
function lie(round: string): Adversary {
  const bend = pick(BENDS);
  const toAll = below(3) > 0;
  return (from, to, at, bytes, said) => {
    if (from !== 1 || at !== round || (!toAll && to !== 2)) return bytes;
    return bend(bytes, [...said.values()]);
  };
}

function requireSane<T>(outcomes: ReadonlyMap<PartyId, Outcome<T>>, same: (value: T) => string): void {
  const honest = [...outcomes].filter(([id]) => id !== 1);
  const values = honest.flatMap(([, outcome]) => ('value' in outcome ? [same(outcome.value)] : []));
  expect(new Set(values).size, 'different results').to.be.at.most(1);
  for (const [, outcome] of honest) {
    if ('value' in outcome) continue;
    if (!(outcome.error instanceof Fault)) throw new Error('a peer made us fail', { cause: outcome.error });
    expect(outcome.error.culprits.filter((id) => id !== 1)).to.deep.equal([]);
  }
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const KEYGEN = ['keygen/announcement', 'keygen/opening', 'keygen/echo', 'keygen/confirmation'];
const RUNS = { portable: 12, fast: 60 };

for (const [engine, suites] of Object.entries({ portable, fast })) {
  for (const suite of Object.values(suites)) {
    describe(`a hostile member and ${suite.name} on the ${engine} engine`, () => {
      it('make a key that all share, or blame nobody honest', () => {
        for (let run = 0; run < RUNS[engine as keyof typeof RUNS]; run++) {
          const start = (committee: Parameters<typeof keygen>[0]) => keygen(committee, suite, randomBytes);
          const outcomes = simulate(committees(idsTo(3), 2), start, lie(pick(KEYGEN)));
          requireSane(outcomes, ({ publicKey, transcript }) => hex(publicKey) + hex(transcript));
        }
      });

      it('sign what was asked, or blame nobody honest', () => {
        const shares = generate(suite, 3, 3);
        const request = asked([new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]);
        for (let run = 0; run < RUNS[engine as keyof typeof RUNS]; run++) {
          const outcomes = sign(suite, shares, [1, 2, 3], request, lie(pick(['frost/commitments', 'frost/shares'])));
          requireSane(outcomes, (signatures) => signatures.map(hex).join());
        }
      });
    });
  }
}
