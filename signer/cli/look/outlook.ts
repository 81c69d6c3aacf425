/**
 * `quorate outlook`: which enclaves fail under the collateral that has been brought, and when. Their evidence stands in the calldata of their
 * registration; the verifier says how it stands now.
 */

import { decodeEventLog, decodeFunctionData } from 'viem';
import { toHex0x } from '../../evidence/formats/bytes.ts';
import { teeOf } from '../../evidence/identity.ts';
import { TCB_STATUSES } from '../../evidence/verified.ts';
import type { Hex } from '../../formats/hex.ts';
import * as answers from '../../host/adapters/answers.ts';
import { quantity } from '../../host/adapters/rpc.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { ENCLAVE_REGISTRY_ABI, QUOTE_VERIFIER_ABI } from '../../host/chain/abi.ts';
import { describe, isRetryable } from '../../host/errors.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { type History, readHistory } from '../chain/readLedger.ts';
import { openSource, reading, SOURCE, type Source } from '../chain/source.ts';
import { type Command, table } from '../command.ts';
import { short, time } from '../words/named.ts';

export type Outlook = {
  readonly id: Hex;
  readonly operator: Hex;
  readonly tee: 'tdx' | 'sgx';
  /** Until when it is registered, in Unix seconds. */
  readonly validUntil: number;
  /** Of its platform, as Intel says it now; null: the verifier refuses the evidence. */
  readonly tcbStatus: string | null;
  /** Whether the newest collateral allows it. */
  readonly isAllowed: boolean;
  /** Unix seconds: accepted until then, by the collateral before if not `isAllowed`; 0: not at all. */
  readonly acceptedUntil: number;
  /** Of the verifier; null where it does not refuse. */
  readonly refusal: string | null;
};

type Registered = { readonly tee: Hex; readonly evidence: Hex };

const INTEL = ['tdx', 'sgx'] as const;

export const outlook: Command = {
  summary: 'which enclaves fail under the collateral of Intel that has been brought, and when; 1 where one does',
  options: SOURCE,
  run: async (options) => {
    const source = await openSource(options);
    const json = await outlooksOf(source, await readHistory(source.chain, source.startBlock));
    const rows = json.map(({ id, operator, tee, tcbStatus, validUntil, ...its }) => [
      ...[short(id), operator, tee, tcbStatus ?? 'refused', time(validUntil)],
      worded(its),
    ]);
    const head = ['enclave', 'operator', 'TEE', 'platform', 'attested until', 'under the newest collateral'];
    const text = rows.length === 0 ? 'no enclave here attests by a quote of Intel' : table([head, ...rows]);
    return { json, text, ok: json.every(({ isAllowed }) => isAllowed) };
  },
};

function worded({
  isAllowed,
  acceptedUntil,
  refusal,
}: Pick<Outlook, 'isAllowed' | 'acceptedUntil' | 'refusal'>): string {
  if (refusal !== null) return refusal;
  if (isAllowed) return `accepted, until ${time(acceptedUntil)}`;
  return acceptedUntil === 0 ? 'not accepted any more' : `fails at ${time(acceptedUntil)}: update the platform`;
}

/** Of enclaves that are registered and have not retired, in the order of the ledger. */
export async function outlooksOf(source: Source, history: History): Promise<readonly Outlook[]> {
  const found: Outlook[] = [];
  for (const { id, operator, validUntil } of history.ledger.enclaves.values()) {
    const registered = validUntil === 0 ? null : await registeredOf(source, history, id);
    const tee = INTEL.find((kind) => toHex0x(teeOf(kind)) === registered?.tee);
    if (registered === null || tee === undefined) continue;
    found.push({ id, operator, tee, validUntil, ...(await judged(source, registered)) });
  }
  return found;
}

async function judged({ rpc, record }: Source, { tee, evidence }: Registered) {
  const registry = addressOf(record, 'enclaveRegistry');
  return reading(async () => {
    const verifier = await view(rpc, registry, ENCLAVE_REGISTRY_ABI, 'verifierOf', [tee], 'finalized');
    try {
      const its = await view(rpc, verifier, QUOTE_VERIFIER_ABI, 'outlook', [evidence], 'finalized');
      const { verdict, isAllowed, acceptedUntil } = its;
      const tcbStatus = TCB_STATUSES[verdict.status] ?? `number ${verdict.status}`;
      return { tcbStatus, isAllowed, acceptedUntil: Number(acceptedUntil), refusal: null };
    } catch (cause) {
      if (!isRetryable(cause, 'TRANSACTION_REVERTS')) throw cause;
      return { tcbStatus: null, isAllowed: false, acceptedUntil: 0, refusal: describe(cause) };
    }
  });
}

/** What its newest registration was called with; null where another contract made the call: calldata does not show it then. */
async function registeredOf({ rpc, record }: Source, { events }: History, id: Hex): Promise<Registered | null> {
  const at = events.findLast(({ data }) => data.event === 'EnclaveAttested' && data.id === id)?.block;
  if (at === undefined) return null;
  const address = addressOf(record, 'enclaveRegistry');
  const filter = { address, fromBlock: quantity(at), toBlock: quantity(at), topics: [null, id] };
  return reading(async () => {
    const answer = await rpc('eth_getLogs', [filter]);
    const logs = answers.logs(answer, { from: at, to: at, of: [address] });
    const index = logs.findIndex(({ topics, data }) => isAttested(topics, data));
    const { transactionHash } = (answer as readonly { readonly transactionHash?: unknown }[])[index] ?? {};
    const call = answers.transaction(await rpc('eth_getTransactionByHash', [answers.hash(transactionHash)]));
    return call.to === address ? calledWith(call.input) : null;
  });
}

function isAttested(topics: readonly Hex[], data: Hex): boolean {
  const { eventName } = decodeEventLog({
    ...{ abi: ENCLAVE_REGISTRY_ABI, topics: topics as [Hex, ...Hex[]], data },
    strict: false,
  });
  return eventName === 'EnclaveAttested';
}

function calledWith(data: Hex): Registered | null {
  const { functionName, args } = decodeFunctionData({ abi: ENCLAVE_REGISTRY_ABI, data });
  if (functionName !== 'register') return null;
  const [{ tee }, evidence] = args;
  return { tee, evidence };
}
