/** Key generation and signing, ours and noble's, alternating in one process so that both see the same machine. */
import { randomBytes } from '@noble/hashes/utils.js';
import type { Ciphersuite, SuiteName } from '../../signer/protocol/ciphersuite/ciphersuite.ts';
import { loadSuites } from '../../signer/protocol/ciphersuite/load.ts';
import type { Run } from './inStep.ts';
import { nobleCommit, nobleFrost, nobleKeygen, nobleSign } from './nobleFrost.ts';
import { ourKeygen, ourSign } from './ourFrost.ts';
import { readSecp256k1Wasm } from './secp256k1Wasm.ts';
import { median, rounded, type Timed, timed } from './stopwatch.ts';

export interface Row {
  readonly op: 'dkg' | 'sign';
  readonly scheme: SuiteName;
  readonly t: number;
  readonly n: number;
  readonly ours_ms: number;
  readonly peer: string;
  readonly peer_ms: number;
  readonly ratio: number;
  /** Of all parties, a broadcast counted once for each receiver. */
  readonly bytes: number;
  readonly runs: number;
}

/** One operation, done by both sides. */
interface Contest {
  readonly op: Row['op'];
  readonly ours: () => Timed<Run<unknown>>;
  readonly peer: () => Timed<unknown>;
}

const SIZES = [
  [2, 3],
  [3, 5],
  [5, 9],
  [11, 20],
] as const;

const PEER = '@noble/curves 2.4.0';
/** Long enough for both to be compiled, and for a median of many where one run is short. */
const WARM_UP_MS = 500;
const AT_LEAST_MS = 500;

/** @param runs at least 7 for figures that are quoted @param quick small committees only, for direction */
export async function measureFrost(runs: number, quick: boolean): Promise<Row[]> {
  const suites = await loadSuites(readSecp256k1Wasm(), randomBytes);
  const sizes = quick ? SIZES.slice(0, 3) : SIZES;
  return [suites.bip340, suites.ed25519].flatMap((suite) =>
    sizes.flatMap(([t, n]) =>
      contests(suite, t, n).map((contest) => ({ ...measure(contest, runs), scheme: suite.name, t, n })),
    ),
  );
}

function contests(suite: Ciphersuite, t: number, n: number): Contest[] {
  const frost = nobleFrost[suite.name];
  const { outputs: shares } = ourKeygen(suite, t, n);
  const keys = nobleKeygen(frost, t, n).slice(0, t);
  const message = randomBytes(32);
  return [
    { op: 'dkg', ours: () => timed(() => ourKeygen(suite, t, n)), peer: () => timed(() => nobleKeygen(frost, t, n)) },
    {
      op: 'sign',
      ours: () => timed(() => ourSign(suite, shares, t, message)),
      peer: () => timed(() => nobleSign(frost, keys, nobleCommit(frost, keys), message)),
    },
  ];
}

function measure({ op, ours, peer }: Contest, atLeast: number): Omit<Row, 'scheme' | 't' | 'n'> {
  warmUp(ours);
  warmUp(peer);
  const mine: number[] = [];
  const theirs: number[] = [];
  let bytes = 0;
  for (let spent = 0; mine.length < atLeast || spent < AT_LEAST_MS; spent = sum(mine)) {
    const run = ours();
    mine.push(run.ms);
    theirs.push(peer().ms);
    bytes = run.result.bytes;
  }
  const [ours_ms, peer_ms] = [median(mine), median(theirs)];
  return {
    op,
    ours_ms: rounded(ours_ms),
    peer: PEER,
    peer_ms: rounded(peer_ms),
    ratio: rounded(ours_ms / peer_ms),
    bytes,
    runs: mine.length,
  };
}

function warmUp(run: () => Timed<unknown>): void {
  for (let spent = 0; spent < WARM_UP_MS; spent += run().ms);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
