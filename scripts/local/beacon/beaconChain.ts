/** A beacon chain that finalises what it is told, two blocks each time: one that carries it, and one whose state says that it is final. */

import { hex } from '../../../signer/finality/bytes.ts';
import { type FinalityConfig, requireConfig } from '../../../signer/finality/config.ts';
import type {
  DenebPayloadHeader,
  LightClientBootstrap,
  LightClientUpdate,
} from '../../../signer/finality/containers.ts';
import { computeSyncCommitteePeriodAtSlot } from '../../../signer/finality/spec/computeSyncCommitteePeriodAtSlot.ts';
import { type Answer, bootstrapAt, updateOf } from './answers.ts';
import { buildBlock, type DevelopmentBlock } from './block.ts';
import { type DevelopmentCommittee, developmentCommittee } from './committee.ts';

export type BeaconChain = {
  readonly config: FinalityConfig;
  /** @returns the block that is final now */
  readonly finalise: (execution: DenebPayloadHeader) => DevelopmentBlock;
  readonly finalised: () => DevelopmentBlock | undefined;
  readonly head: () => DevelopmentBlock | undefined;
  readonly blockAt: (rootOrSlot: string) => DevelopmentBlock | undefined;
  readonly bootstrap: (root: string) => Answer<LightClientBootstrap> | undefined;
  /** The latest of each period from `start` on. */
  readonly updates: (start: number, count: number) => readonly Answer<LightClientUpdate>[];
  readonly finalityUpdate: () => Answer<LightClientUpdate> | undefined;
};

/** How many blocks are remembered; who bootstraps from an older one starts anew. */
const REMEMBERED = 8192;
/** The carrying block's slot, the next one's, and the one after that for the signature. */
const SLOTS_OF_A_FINALITY = 3;

/** @param firstSlot a beacon that starts again goes on above what it said before */
export function beaconChain(config: FinalityConfig, firstSlot: number = config.slotsPerEpoch): BeaconChain {
  requireConfig(config);
  const committees = ['even', 'odd'].map((seed) => developmentCommittee(seed, config.syncCommitteeSize));
  const blocks = new Map<string, DevelopmentBlock>();
  const updates = new Map<number, Answer<LightClientUpdate>>();
  let slot = firstSlot;
  let head: DevelopmentBlock | undefined;
  let final: DevelopmentBlock | undefined;

  const period = (at: number) => computeSyncCommitteePeriodAtSlot(config, at);
  const committeeOf = (of: number): DevelopmentCommittee => committees[of % 2] ?? developmentCommittee('', 8);

  const propose = (execution: DenebPayloadHeader, at: number): DevelopmentBlock => {
    head = buildBlock(config, {
      slot: at,
      parentRoot: head?.root ?? new Uint8Array(32),
      execution,
      finalisedRoot: final?.root ?? new Uint8Array(32),
      current: committeeOf(period(at)).committee,
      next: committeeOf(period(at) + 1).committee,
    });
    remember(blocks, head);
    return head;
  };

  const finalise = (execution: DenebPayloadHeader): DevelopmentBlock => {
    slot = withinOnePeriod(slot, period, config);
    final = propose(execution, slot);
    const attested = propose(execution, slot + 1);
    const signers = committeeOf(period(slot));
    updates.set(period(slot), updateOf(config, { attested, finalised: final, signers }));
    slot += SLOTS_OF_A_FINALITY - 1;
    return final;
  };

  return {
    config,
    finalise,
    finalised: () => final,
    head: () => head,
    blockAt: (id) => blocks.get(id) ?? [...blocks.values()].find(({ content }) => `${content.slot}` === id),
    bootstrap: (root) => {
      const block = blocks.get(root);
      return block && bootstrapAt(block);
    },
    updates: (start, count) =>
      Array.from({ length: count }, (_, at) => updates.get(start + at)).filter((update) => update !== undefined),
    finalityUpdate: () => final && updates.get(period(final.content.slot)),
  };
}

/** Every finality is final in its period: where the three slots would straddle two, they move to the next. */
function withinOnePeriod(slot: number, period: (slot: number) => number, config: FinalityConfig): number {
  const last = slot + SLOTS_OF_A_FINALITY - 1;
  if (period(slot) === period(last)) return slot;
  return period(last) * config.slotsPerEpoch * config.epochsPerSyncCommitteePeriod;
}

function remember(blocks: Map<string, DevelopmentBlock>, block: DevelopmentBlock): void {
  blocks.set(hex(block.root), block);
  const oldest = blocks.keys().next();
  if (blocks.size > REMEMBERED && !oldest.done) blocks.delete(oldest.value);
}
