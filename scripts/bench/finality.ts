/** What a light client pays: a finality update, a next committee, a bootstrap, of 512 keys as on mainnet. */

import { applyUpdate } from '../../signer/finality/applyUpdate.ts';
import { bootstrap } from '../../signer/finality/bootstrap.ts';
import type { LightClientUpdate } from '../../signer/finality/containers.ts';
import type { Rejection } from '../../signer/finality/rejection.ts';
import { decodeStore, encodeStore, type Store } from '../../signer/finality/store.ts';
import { type Answer, bootstrapAt, bytesOfAnswer, updateOf } from '../local/beacon/answers.ts';
import { buildBlock, type DevelopmentBlock } from '../local/beacon/block.ts';
import { developmentCommittee, firstOf } from '../local/beacon/committee.ts';
import { developmentConfig } from '../local/beacon/configuration.ts';
import { executionHeader } from '../local/beacon/executionHeader.ts';
import { median, rounded, timed } from './stopwatch.ts';

export interface FinalityRow {
  readonly op: 'finality' | 'next-committee' | 'bootstrap' | 'restore+finality';
  readonly participants: number;
  readonly ms: number;
  readonly bytes: number;
  readonly runs: number;
}

const CONFIG = developmentConfig();
const SIZE = CONFIG.syncCommitteeSize;
/** What stored mainnet and Sepolia updates show: nearly all, and seven in eight. */
const PARTICIPANTS = [512, 446, 342];

export function measureFinality(runs: number): FinalityRow[] {
  const [current, next] = ['one', 'two'].map((seed) => developmentCommittee(seed, SIZE));
  if (!current || !next) throw new Error('no committees');
  const block = (slot: number, finalisedRoot: Uint8Array = new Uint8Array(32)): DevelopmentBlock =>
    buildBlock(CONFIG, {
      slot,
      parentRoot: new Uint8Array(32),
      execution: executionHeader(BLOCK),
      finalisedRoot,
      current: current.committee,
      next: next.committee,
    });
  const first = block(8);
  const finalised = block(16);
  const update = (count: number): Answer<LightClientUpdate> =>
    updateOf(CONFIG, { attested: block(24, finalised.root), finalised, signers: current, bits: firstOf(SIZE, count) });

  const start = bytesOfAnswer(CONFIG, 'bootstrap', bootstrapAt(first));
  const store = verified(bootstrap(CONFIG, first.root, start));
  const sealed = encodeStore(CONFIG, store);
  const finalities = PARTICIPANTS.map((count) => ({
    count,
    bytes: bytesOfAnswer(CONFIG, 'finality_update', update(count)),
  }));
  const full = bytesOfAnswer(CONFIG, 'update', update(SIZE));
  return [
    row('bootstrap', SIZE, start, runs, () => bootstrap(CONFIG, first.root, start)),
    row('next-committee', SIZE, full, runs, () => applyUpdate(CONFIG, store, full)),
    ...finalities.map(({ count, bytes }) =>
      row('finality', count, bytes, runs, () => applyUpdate(CONFIG, store, bytes)),
    ),
    ...finalities.map(({ count, bytes }) =>
      row('restore+finality', count, bytes, runs, () =>
        applyUpdate(CONFIG, verified(decodeStore(CONFIG, sealed)), bytes),
      ),
    ),
  ];
}

function row(
  op: FinalityRow['op'],
  participants: number,
  { length: bytes }: Uint8Array,
  runs: number,
  run: () => Store | Rejection,
): FinalityRow {
  verified(run());
  const times = Array.from({ length: runs }, () => timed(() => verified(run())).ms);
  return { op, participants, ms: rounded(median(times)), bytes, runs };
}

function verified(outcome: Store | Rejection): Store {
  if ('rejection' in outcome) throw new Error(`${outcome.code} ${outcome.field}: ${outcome.found}`);
  return outcome;
}

const ROOT = `0x${'11'.repeat(32)}`;
const BLOCK = {
  hash: ROOT,
  parentHash: ROOT,
  miner: `0x${'22'.repeat(20)}`,
  stateRoot: ROOT,
  receiptsRoot: ROOT,
  transactionsRoot: ROOT,
  logsBloom: `0x${'00'.repeat(256)}`,
  mixHash: ROOT,
  number: '0x1',
  gasLimit: '0x1c9c380',
  gasUsed: '0x0',
  timestamp: '0x65000000',
  extraData: '0x',
  baseFeePerGas: '0x7',
};
