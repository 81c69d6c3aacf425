/** What the key allows the requester: the row, and who guards it. */

import type { Configuration } from '../../formats/configuration.ts';
import { isZero } from '../../formats/equal.ts';
import { PACKED } from '../../proof/layout.ts';
import { rowSlot } from '../../proof/slots.ts';
import { addressOf, unpack } from '../../proof/unpack.ts';
import { broken } from '../broken.ts';
import type { Bundle } from '../bundle.ts';
import type { AuditedState } from '../state.ts';
import { chosenContract, type Shown, type Trust } from '../trust.ts';
import type { ProvenRequest } from './requireRequest.ts';

export type ProvenRow = {
  readonly epoch: number;
  /** A vote, the guard or the requester has changed it since: then it says nothing of this request. */
  readonly isChanged: boolean;
  /** Null: the requester answers to its own rules alone. */
  readonly guard: Shown | null;
};

/** @throws Broken ROW_EPOCH, ROW_KIND, Refused */
export function requireRow(
  state: AuditedState,
  { contracts }: Configuration,
  trust: Trust,
  asked: ProvenRequest,
  { request }: Pick<Bundle, 'request'>,
): ProvenRow {
  const { slot } = rowSlot(request.keyId, request.requester);
  const fields = unpack(state.word(contracts.keyRegistry.address, slot), PACKED.row);
  const epoch = Number(fields.epoch);
  if (epoch < asked.epoch) broken('ROW_EPOCH', `the row has epoch ${epoch}, the request ${asked.epoch}`);
  const isChanged = epoch > asked.epoch;
  if (!isChanged && ((fields.kinds >> BigInt(request.kind)) & 1n) === 0n)
    broken('ROW_KIND', `the row does not allow payload kind ${request.kind}`);
  const guard = addressOf(fields.guard);
  return { epoch, isChanged, guard: isZero(guard) ? null : chosenContract(state, trust, 'guard', guard) };
}
