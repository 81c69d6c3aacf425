/** The faults of providers that a simulated RPC can have: those of the table that need no wire, and two that need a chain. */

import { PROVIDER_FAULTS, type ProviderFault, type WireFault } from '../host/support/providerFaults.ts';

export const PROVIDER_FAULT_KINDS = [
  ...(['answered null', 'another shape', 'busy', 'stale head', 'left out logs', 'invented an event'] as const),
  ...(['pruned', 'range too long', 'pending receipt', 'not provable', 'other words'] as const),
] as const;
export type ProviderFaultKind = (typeof PROVIDER_FAULT_KINDS)[number];
/** Without a wire, and `stale`: blocks by which a head is older than it could be. */
export type RpcFault = Exclude<ProviderFault, WireFault> | (StaleHead & { readonly stale: number });
type StaleHead = Pick<ProviderFault, 'name' | 'question' | 'methods'>;

type Log = { readonly topics: readonly string[] };
const FINALIZED = { question: 'finalized', methods: ['eth_getBlockByNumber'] } as const;
const EVENTS = { question: 'events', methods: ['eth_getLogs'], code: null } as const;

/** A log of something that never was, in the place of a real one: subjects are first among the indexed. */
const INVENTED: RpcFault = {
  ...EVENTS,
  name: 'events: invents an event of the same kind',
  answer: (honest) => {
    const [first, ...rest] = honest as Log[];
    if (first?.topics[1] === undefined) return honest;
    return [{ ...first, topics: first.topics.with(1, `0x${'77'.repeat(32)}`) }, ...rest];
  },
};

export const RPC_FAULTS: readonly RpcFault[] = [
  ...PROVIDER_FAULTS.flatMap((fault) => ('wire' in fault ? [] : [fault])),
  { ...FINALIZED, name: 'finalized: a stale head of the chain', stale: 6 },
  INVENTED,
];

const BY_NAME: readonly (readonly [RegExp, ProviderFaultKind])[] = [
  [/: null$/, 'answered null'],
  [/stale head/, 'stale head'],
  [/leaves out/, 'left out logs'],
  [/invents/, 'invented an event'],
  [/pending, /, 'pending receipt'],
];

export function kindOf(fault: RpcFault): ProviderFaultKind {
  const named = BY_NAME.find(([pattern]) => pattern.test(fault.name))?.[1];
  if (named !== undefined || 'stale' in fault) return named ?? 'stale head';
  if (fault.code === 'RPC_BUSY') return 'busy';
  if (fault.code === 'HISTORY_PRUNED') return 'pruned';
  if (fault.code === 'RANGE_TOO_LONG') return 'range too long';
  if (fault.code === 'PROOF_INCOMPLETE' || fault.code === 'HEADER_MISMATCH') return 'not provable';
  return 'says' in fault ? 'other words' : 'another shape';
}

/** Whether a call is the question that a fault is about: several are asked by one method. */
export function concerns({ question, methods }: RpcFault, method: string, params: readonly unknown[]): boolean {
  if (!methods.includes(method)) return false;
  if (method !== 'eth_getBlockByNumber') return true;
  const [tag] = params;
  if (question === 'finalized') return tag === 'finalized';
  if (question === 'genesis') return tag === '0x0';
  return tag !== 'finalized' && tag !== '0x0' && tag !== 'latest';
}
