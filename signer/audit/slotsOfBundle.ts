/** Which accounts and slots the links read for a bundle: what its proofs have to show, and nothing else. Exporters use it. */

import type { Configuration } from '../formats/configuration.ts';
import { uintWord } from '../formats/words.ts';
import { enclaveSlot, keySlot, measurementSlot, requestSlot, rowSlot, type Slot } from '../proof/slots.ts';
import type { Bundle } from './bundle.ts';
import { elementAt, innerValueAt, POSITIONS, valueAt } from './layout.ts';
import { operationId } from './links/requireOperation.ts';
import { proposalIdOf } from './links/requireProposal.ts';

type Bytes = Uint8Array;

/** An account with the slots of it that are read; without any, its code is. */
export type ReadAccount = { readonly address: Bytes; readonly slots: readonly Bytes[] };

/** What only the chain can tell. */
export type Said = {
  /** Ids of the members' enclaves and their measurements. */
  readonly enclaves: readonly Bytes[];
  readonly measurements: readonly Bytes[];
  /** Whoever is asked about by its code alone: the row's guard, the requester where no vote is shown. */
  readonly accounts: readonly Bytes[];
  /** Lengths of the governor's history of quorums and of the token's of its supply; whether the governor itself executed. */
  readonly quorumLength: number;
  readonly supplyLength: number;
  readonly isExecutedByGovernor: boolean;
};

export function slotsOfBundle({ contracts }: Configuration, bundle: Draft, said: Said): readonly ReadAccount[] {
  return [
    ...measuredSlots(bundle, said).map(({ contract, slot }) => ({
      address: contracts[contract].address,
      slots: [slot],
    })),
    ...said.accounts.map((address) => ({ address, slots: [] })),
    ...bundle.operation.map((operation) => ({
      address: operation.timelock,
      slots: [valueAt(POSITIONS.timelock.timestamps, operationId(operation))],
    })),
    ...bundle.mandate.flatMap(({ module }) => [
      { address: module, slots: [] },
      {
        address: contracts.keyRegistry.address,
        slots: [innerValueAt(POSITIONS.keyRegistry.modules, bundle.request.keyId, bundle.request.requester)],
      },
    ]),
    ...proposalSlots(bundle, said),
  ];
}

export type Draft = Pick<Bundle, 'id' | 'request' | 'operation' | 'mandate' | 'proposal'>;

function measuredSlots({ id, request }: Draft, { enclaves, measurements }: Said): readonly Slot[] {
  return [
    requestSlot(id),
    ...(['word', 'committee', 'publicKeyX', 'birth'] as const).map((field) => keySlot(request.keyId, field)),
    rowSlot(request.keyId, request.requester),
    ...enclaves.flatMap((enclave) =>
      (['word', 'measurement', 'identity'] as const).map((field) => enclaveSlot(enclave, field)),
    ),
    ...measurements.map(measurementSlot),
  ];
}

function proposalSlots({ operation: [operation], proposal: [proposal] }: Draft, said: Said): readonly ReadAccount[] {
  if (operation === undefined || proposal === undefined) return [];
  const { governor: at, token } = POSITIONS;
  const id = proposalIdOf(operation, proposal);
  const own = [
    uintWord(at.timelock),
    valueAt(at.proposals, id),
    ...(said.isExecutedByGovernor ? [] : [valueAt(at.timelockIds, id)]),
    ...[0n, 1n, 2n].map((offset) => valueAt(at.proposalVotes, id, offset)),
    ...checkpoints(at.quorumNumerators, proposal.quorumIndex, said.quorumLength),
  ];
  const supply = checkpoints(token.totalCheckpoints, proposal.supplyIndex, said.supplyLength);
  return [
    { address: proposal.governor, slots: own },
    { address: proposal.token, slots: supply },
  ];
}

/** The length, the checkpoint that held, and the one after it. */
function checkpoints(position: bigint, index: number, length: number): readonly Bytes[] {
  const last = index + 1 < length ? [elementAt(position, index + 1)] : [];
  return [uintWord(position), elementAt(position, index), ...last];
}
