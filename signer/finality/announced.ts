/**
 * What an answer says of itself, before anything of it is verified: hosts sort by it and look for the block that it names.
 * Nothing may be concluded from it but what to show an enclave.
 */

import type { Bytes } from './bytes.ts';
import { type FinalityConfig, requireConfig } from './config.ts';
import type { LightClientHeader } from './containers.ts';
import { type Rejection, rejectable } from './rejection.ts';
import { computeSyncCommitteePeriodAtSlot } from './spec/computeSyncCommitteePeriodAtSlot.ts';
import { decodeBootstrap, decodeUpdate } from './wire.ts';

export type Announced = {
  /** Of the finalised header, or of a bootstrap's only one. */
  readonly slot: number;
  readonly period: number;
  /** Of the execution block that it names. */
  readonly blockHash: Bytes;
  /** Of the state whose next committee a full update shows: the finalised header's own, or it is not final in its period. */
  readonly attestedPeriod: number;
  /** Of the block that signs it, the header's own for a bootstrap; > fork_version_slot = signature_slot - 1 */
  readonly signatureSlot: number;
};

/** @param bytes an update or a finality update, in the form of `wire.ts` */
export function announced(config: FinalityConfig, bytes: Bytes): Announced | Rejection {
  return rejectable(() => {
    requireConfig(config);
    const { finalized_header, attested_header, signature_slot } = decodeUpdate(config, bytes).update;
    return said(config, finalized_header, attested_header, signature_slot);
  });
}

/** @param bytes a bootstrap, in the form of `wire.ts` */
export function announcedBootstrap(config: FinalityConfig, bytes: Bytes): Announced | Rejection {
  return rejectable(() => {
    requireConfig(config);
    const { header } = decodeBootstrap(config, bytes).bootstrap;
    return said(config, header, header, header.beacon.slot);
  });
}

function said(
  config: FinalityConfig,
  finalised: LightClientHeader,
  attested: LightClientHeader,
  signatureSlot: bigint,
): Announced {
  const period = (slot: bigint) => computeSyncCommitteePeriodAtSlot(config, Number(slot));
  return {
    slot: Number(finalised.beacon.slot),
    period: period(finalised.beacon.slot),
    blockHash: 'execution' in finalised ? finalised.execution.block_hash : finalised.execution_block_hash,
    attestedPeriod: period(attested.beacon.slot),
    signatureSlot: Number(signatureSlot),
  };
}
