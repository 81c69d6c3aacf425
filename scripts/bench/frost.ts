/** Key generation and signing, ours and noble's, alternating in one process so that both see the same machine. */
import { randomBytes } from '@noble/hashes/utils.js';
import type { Ciphersuite, SuiteName } from '../../signer/protocol/ciphersuite/ciphersuite.ts';
import { loadSuites } from '../../signer/protocol/ciphersuite/load.ts';
import { committeeOf } from '../../signer/protocol/committee.ts';
import { encodeCommitments } from '../../signer/protocol/frost/commitments.ts';
import { frostSign, frostSignPrepared } from '../../signer/protocol/frost/frostSign.ts';
import { commit } from '../../signer/protocol/frost/nonces.ts';
import { keygen } from '../../signer/protocol/keygen/keygen.ts';
import type { KeyShare } from '../../signer/protocol/keygen/keyShare.ts';
import { runInStep } from './inStep.ts';
import { nobleCommit, nobleFrost, nobleKeygen, nobleSign } from './nobleFrost.ts';
import { readSecp256k1Wasm } from './secp256k1Wasm.ts';
import { median, rounded, type Timed, timed } from './stopwatch.ts';

export interface Row {
  readonly op: 'dkg' | 'sign' | 'sign-online';
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

const SIZES = [
  [2, 3],
  [3, 5],
  [5, 9],
  [11, 20],
] as const;

const PEER = '@noble/curves 2.4.0';

/** @param runs at least 7 for figures that are quoted @param quick small committees only, for direction */
export async function measureFrost(runs: number, quick: boolean): Promise<Row[]> {
  const suites = await loadSuites(readSecp256k1Wasm(), randomBytes);
  const sizes = quick ? SIZES.slice(0, 3) : SIZES;
  return [suites.bip340, suites.ed25519].flatMap((suite) => sizes.flatMap(([t, n]) => measureSize(suite, t, n, runs)));
}

function measureSize(suite: Ciphersuite, t: number, n: number, runs: number): Row[] {
  const compare = (op: Row['op'], ours: () => Timed<Work>, peer: () => Timed<unknown>) =>
    rowOf({ op, scheme: suite.name, t, n }, runs, ours, peer);
  const frost = nobleFrost[suite.name];
  const { shares } = ourKeygen(suite, t, n);
  const keys = nobleKeygen(frost, t, n).slice(0, t);
  const message = randomBytes(32);

  return [
    compare(
      'dkg',
      () => timed(() => ourKeygen(suite, t, n)),
      () => timed(() => nobleKeygen(frost, t, n)),
    ),
    compare(
      'sign',
      () => timed(() => ourSign(suite, shares, message)),
      () => timed(() => nobleSign(frost, keys, nobleCommit(frost, keys), message)),
    ),
    compare(
      'sign-online',
      () => ourOnline(suite, shares, message),
      () => nobleOnline(suite, keys, message),
    ),
  ];
}

interface Work {
  readonly bytes: number;
}

function rowOf(
  row: Pick<Row, 'op' | 'scheme' | 't' | 'n'>,
  runs: number,
  ours: () => Timed<Work>,
  peer: () => Timed<unknown>,
): Row {
  ours();
  peer();
  const pairs = Array.from({ length: runs }, () => ({ ours: ours(), peer: peer() }));
  const [ours_ms, peer_ms] = [median(pairs.map((pair) => pair.ours.ms)), median(pairs.map((pair) => pair.peer.ms))];
  const bytes = pairs[0]?.ours.result.bytes ?? 0;
  return {
    ...row,
    ours_ms: rounded(ours_ms),
    peer: PEER,
    peer_ms: rounded(peer_ms),
    ratio: rounded(ours_ms / peer_ms),
    bytes,
    runs,
  };
}

function ourKeygen(suite: Ciphersuite, t: number, n: number): Work & { readonly shares: readonly KeyShare[] } {
  const { outputs, bytes } = runInStep(committees(n, t), (committee) => keygen(committee, suite, randomBytes));
  return { shares: outputs, bytes };
}

/** From the first commitment to a signature that every signer has verified. */
function ourSign(suite: Ciphersuite, shares: readonly KeyShare[], message: Uint8Array): Work {
  const request = { messages: [message], tweaks: [] };
  const [{ threshold }] = shares as [KeyShare];
  return runInStep(committees(threshold, threshold), (committee) =>
    frostSign(committee, suite, holder(shares, committee.self), request, randomBytes),
  );
}

/** The same with commitments that were exchanged before. */
function ourOnline(suite: Ciphersuite, shares: readonly KeyShare[], message: Uint8Array): Timed<Work> {
  const request = { messages: [message], tweaks: [] };
  const [{ threshold }] = shares as [KeyShare];
  const members = committees(threshold, threshold);
  const committed = new Map(
    members.map(({ self }) => [self, [commit(suite, holder(shares, self).secret, randomBytes)]]),
  );
  const said = new Map(
    [...committed].map(([id, list]) => [id, encodeCommitments(list.map(({ commitment }) => commitment))]),
  );
  return timed(() =>
    runInStep(members, (committee) =>
      frostSignPrepared(
        committee,
        suite,
        holder(shares, committee.self),
        request,
        committed.get(committee.self) ?? [],
        said,
      ),
    ),
  );
}

function nobleOnline(suite: Ciphersuite, keys: ReturnType<typeof nobleKeygen>, message: Uint8Array): Timed<unknown> {
  const frost = nobleFrost[suite.name];
  const nonces = nobleCommit(frost, keys);
  return timed(() => nobleSign(frost, keys, nonces, message));
}

function committees(n: number, t: number) {
  const ids = Array.from({ length: n }, (_, k) => k + 1);
  const context = randomBytes(32);
  return ids.map((id) => committeeOf(id, ids, t, context));
}

function holder(shares: readonly KeyShare[], id: number): KeyShare {
  const share = shares[id - 1];
  if (!share) throw new RangeError(`no share of party ${id}`);
  return share;
}
