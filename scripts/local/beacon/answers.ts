/** What a light client asks of a beacon: a bootstrap, and updates signed by the development committee. */

import type { FinalityConfig, Shape } from '../../../signer/finality/config.ts';
import {
  type LightClientBootstrap,
  type LightClientUpdate,
  stateGindices,
} from '../../../signer/finality/containers.ts';
import { computeSigningRoot } from '../../../signer/finality/spec/computeSigningRoot.ts';
import { encode } from '../../../signer/finality/ssz/encode.ts';
import { type Kind, prefixed, schemaOf } from '../../../signer/finality/wire.ts';
import { type DevelopmentBlock, headerIn } from './block.ts';
import { type DevelopmentCommittee, firstOf } from './committee.ts';

export type Answer<V> = { readonly shape: Shape; readonly value: V };

export function bootstrapAt({ shape, content, state, ...block }: DevelopmentBlock): Answer<LightClientBootstrap> {
  return {
    shape,
    value: {
      header: headerIn(shape, { shape, content, state, ...block }),
      current_sync_committee: content.current,
      current_sync_committee_branch: state.branch(stateGindices[shape].currentCommittee),
    },
  };
}

export type Signing = {
  readonly attested: DevelopmentBlock;
  readonly finalised: DevelopmentBlock;
  readonly signers: DevelopmentCommittee;
  readonly signatureSlot?: number;
  /** Who signs: all, unless told otherwise. */
  readonly bits?: Uint8Array;
};

/** Of the format of the attested block's fork. */
export function updateOf(
  config: FinalityConfig,
  { attested, finalised, signers, ...how }: Signing,
): Answer<LightClientUpdate> {
  const { shape, state, content } = attested;
  const signatureSlot = how.signatureSlot ?? content.slot + 1;
  const bits = how.bits ?? firstOf(config.syncCommitteeSize, config.syncCommitteeSize);
  return {
    shape,
    value: {
      attested_header: headerIn(shape, attested),
      next_sync_committee: content.next,
      next_sync_committee_branch: state.branch(stateGindices[shape].nextCommittee),
      finalized_header: headerIn(shape, finalised),
      finality_branch: state.branch(stateGindices[shape].finalisedRoot),
      sync_aggregate: {
        sync_committee_bits: bits,
        sync_committee_signature: signers.sign(computeSigningRoot(config, signatureSlot, attested.root), bits),
      },
      signature_slot: BigInt(signatureSlot),
    },
  };
}

/** The form that an enclave reads; a full update's bytes as a finality update leave its committee out. */
export function bytesOfAnswer(
  config: FinalityConfig,
  kind: Kind,
  { shape, value }: Answer<LightClientBootstrap | LightClientUpdate>,
): Uint8Array {
  return prefixed(kind, shape, encode(schemaOf(config, kind, shape), value as never));
}
