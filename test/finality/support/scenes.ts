/** Made-up stretches of a beacon chain under development committees, small enough for a test and wrong where it wants them wrong. */

import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import {
  type Answer,
  bootstrapAt,
  bytesOfAnswer,
  type Signing,
  updateOf,
} from '../../../scripts/local/beacon/answers.ts';
import { type BlockContent, buildBlock, type DevelopmentBlock } from '../../../scripts/local/beacon/block.ts';
import { type DevelopmentCommittee, developmentCommittee } from '../../../scripts/local/beacon/committee.ts';
import { applyUpdate } from '../../../signer/finality/applyUpdate.ts';
import { bootstrap } from '../../../signer/finality/bootstrap.ts';
import type { FinalityConfig, Fork, Shape } from '../../../signer/finality/config.ts';
import type { DenebPayloadHeader, LightClientUpdate } from '../../../signer/finality/containers.ts';
import { computeSyncCommitteePeriodAtSlot } from '../../../signer/finality/spec/computeSyncCommitteePeriodAtSlot.ts';
import type { Store } from '../../../signer/finality/store.ts';
import { accepted } from './outcomes.ts';

export function tag(text: string): Uint8Array {
  return sha256(utf8ToBytes(text));
}

export function fork(epoch: number, version: number, shape: Shape): Fork {
  return { epoch, version: Uint8Array.of(version, 0, 0, 9), shape };
}

/** Periods of 32 slots: Electra from slot 0, Fulu from 64, Gloas from 128. */
export const CONFIG: FinalityConfig = {
  genesisValidatorsRoot: tag('a genesis'),
  genesisTime: 1_700_000_000,
  secondsPerSlot: 12,
  slotsPerEpoch: 8,
  epochsPerSyncCommitteePeriod: 4,
  syncCommitteeSize: 32,
  minParticipants: 22,
  parentRoots: true,
  forks: [fork(0, 5, 'electra'), fork(8, 6, 'electra'), fork(16, 7, 'gloas')],
};
export const FULU_SLOT = 64;
export const GLOAS_SLOT = 128;

/** The same periods under older formats: Capella from slot 0, Deneb from 64, Electra from 128. */
export const OLDER: FinalityConfig = {
  ...CONFIG,
  forks: [fork(0, 3, 'capella'), fork(8, 4, 'deneb'), fork(16, 5, 'electra')],
};

const COMMITTEES = ['red', 'green', 'blue'].map((seed) => developmentCommittee(seed, CONFIG.syncCommitteeSize));

/** Neighbouring periods have committees without a common key. */
export function committeeOf(period: number): DevelopmentCommittee {
  return COMMITTEES[period % COMMITTEES.length]!;
}

export function execution(name: string, timestamp = 1_700_000_000): DenebPayloadHeader {
  return {
    parent_hash: tag(`${name} parent`),
    fee_recipient: tag(`${name} fees`).slice(0, 20),
    state_root: tag(`${name} state`),
    receipts_root: tag(`${name} receipts`),
    logs_bloom: new Uint8Array(256).fill(7),
    prev_randao: tag(`${name} randao`),
    block_number: 77n,
    gas_limit: 30_000_000n,
    gas_used: 21_000n,
    timestamp: BigInt(timestamp),
    extra_data: utf8ToBytes('a builder'),
    base_fee_per_gas: 1_000_000_007n,
    block_hash: tag(`${name} hash`),
    transactions_root: tag(`${name} transactions`),
    withdrawals_root: tag(`${name} withdrawals`),
    blob_gas_used: 131_072n,
    excess_blob_gas: 5n,
  };
}

export function blockAt(config: FinalityConfig, slot: number, content: Partial<BlockContent> = {}): DevelopmentBlock {
  const period = computeSyncCommitteePeriodAtSlot(config, slot);
  return buildBlock(config, {
    slot,
    parentRoot: tag(`before ${slot}`),
    execution: execution(`block ${slot}`),
    finalisedRoot: tag('nothing'),
    current: committeeOf(period).committee,
    next: committeeOf(period + 1).committee,
    ...content,
  });
}

/** The store of a client that trusted the block at that slot, and learned the next committee or did not. */
export function storeAt(config: FinalityConfig, slot: number, knows: 'next' | 'current' = 'next'): Store {
  const block = blockAt(config, slot);
  const store = accepted(bootstrap(config, block.root, bytesOfAnswer(config, 'bootstrap', bootstrapAt(block))));
  if (knows === 'current') return store;
  const { update } = scene(config, { finalised: slot, attested: slot + 1 });
  return accepted(applyUpdate(config, store, bytesOfAnswer(config, 'update', update)));
}

export type Scene = {
  readonly finalised: DevelopmentBlock;
  readonly attested: DevelopmentBlock;
  readonly update: Answer<LightClientUpdate>;
};

type Wanted = {
  readonly finalised: number;
  readonly attested: number;
  readonly content?: Partial<BlockContent>;
} & Partial<Omit<Signing, 'finalised' | 'attested'>> & { readonly signedAs?: FinalityConfig };

/** Two blocks, the first finalised by the second's state, signed by the committee of the signature's slot. */
export function scene(config: FinalityConfig, { finalised, attested, content, signedAs, ...signing }: Wanted): Scene {
  const first = blockAt(config, finalised);
  const second = blockAt(config, attested, { finalisedRoot: first.root, ...content });
  const signatureSlot = signing.signatureSlot ?? attested + 1;
  const signers = committeeOf(computeSyncCommitteePeriodAtSlot(config, signatureSlot));
  const how = { attested: second, finalised: first, signers, ...signing, signatureSlot };
  const { value } = updateOf(signedAs ?? config, how);
  return { finalised: first, attested: second, update: { shape: second.shape, value } };
}

type Tree = { readonly [name: string]: unknown };

/** The value with one of its members, named by a dotted path, put through `change`. */
export function altered<V>(value: V, path: string, change: (member: never) => unknown): V {
  const [name = '', ...rest] = path.split('.');
  if (name === '') return change(value as never) as V;
  if (Array.isArray(value))
    return value.map((item, at) => (at === Number(name) ? altered(item, rest.join('.'), change) : item)) as V;
  return { ...(value as Tree), [name]: altered((value as Tree)[name], rest.join('.'), change) } as V;
}

export function alteredAnswer<V>(
  { shape, value }: Answer<V>,
  path: string,
  change: (member: never) => unknown,
): Answer<V> {
  return { shape, value: altered(value, path, change) };
}

export function flipped(bytes: Uint8Array, at = 0, mask = 1): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ mask : byte));
}
