/** A life of an enclave onto the chain, in place of its earlier ones; and again, as a beat, with a higher counter. */

import { encodeFunctionData } from 'viem';
import type { Hex } from '../../../formats/hex.ts';
import { ENCLAVE_REGISTRY_ABI } from '../../chain/abi.ts';
import type { Call, Contracts, Rule, Standing } from './rule.ts';

export type RecordBoot = {
  readonly kind: 'record-boot';
  readonly enclave: Hex;
  readonly nonce: Hex;
  readonly encryptionKey: Hex;
  readonly counter: string;
  readonly signature: Hex;
};

/** Words: where it is, id, three of the record, where the signature is, its length and its three. */
const ENTRY = 10 * 32;
/** A first record costs 61,000 beside the transaction (gas snapshot). */
const RECORD = 80_000n;

export const recordBoot: Rule<RecordBoot> = {
  id: ({ enclave, nonce, counter }) => `record-boot:${enclave}:${nonce}:${counter}`,
  priority: 0,
  shown: (goal, { ledger: { enclaves } }) => {
    const boot = enclaves.get(goal.enclave)?.boot;
    return boot ? standingUnder(goal, boot.nonce, boot.counter) : 'open';
  },
  standing: async (goal, now) => {
    const { bootNonce, bootCounter } = await now.enclave(goal.enclave);
    return standingUnder(goal, bootNonce, bootCounter);
  },
  call: (goal, _, contracts) => callFor([goal], contracts),
  gas: () => RECORD,
  supersedes: (goal, earlier) => earlier.enclave === goal.enclave && BigInt(earlier.counter) <= BigInt(goal.counter),
  batch: { bytes: () => ENTRY, call: (goals, _, contracts) => callFor(goals, contracts) },
};

/** Another life's record with the same or a higher counter is not this one's; a later beat of this life shows more than this one would. */
function standingUnder({ nonce, counter }: RecordBoot, recorded: Hex, highest: bigint): Standing {
  if (highest < BigInt(counter)) return 'open';
  return recorded === nonce ? 'reached' : 'out-of-reach';
}

function callFor(goals: readonly RecordBoot[], { enclaveRegistry }: Contracts): Call {
  const entries = goals.map(({ enclave, nonce, encryptionKey, counter, signature }) => ({
    id: enclave,
    record: { nonce, encryptionKey, counter: BigInt(counter) },
    signature,
  }));
  const data = encodeFunctionData({ abi: ENCLAVE_REGISTRY_ABI, functionName: 'recordBoots', args: [entries] });
  return { to: enclaveRegistry, data };
}
