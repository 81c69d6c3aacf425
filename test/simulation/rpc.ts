/** One provider as one life of a host sees it: slow, sometimes gone, sometimes wrong, in a spell wrong all the time. */

import { NodeError, sorted } from '../../signer/host/adapters/failures.ts';
import type { Rpc } from '../../signer/host/adapters/rpc.ts';
import { Retryable } from '../../signer/host/errors.ts';
import type { SimulatedChain } from './chain.ts';
import type { Counters, Faults } from './faults.ts';
import type { Incarnation } from './incarnation.ts';
import { concerns, kindOf, RPC_FAULTS, type RpcFault } from './providerFaults.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** From `from` to `to`, in virtual time, a provider does this whenever it is asked. */
export type Spell = { readonly fault: RpcFault; readonly from: number; readonly to: number };
type Surroundings = {
  readonly scheduler: Scheduler;
  readonly chain: SimulatedChain;
  readonly faults: Faults;
  readonly counters: Counters;
};
/** The block that a host is to take for the newest final one, while somebody holds back what is newer. */
export type Held = () => unknown;

const SPELLS_BEGIN_WITHIN = 150_000;

export function drawSpell(random: Random, longest: number): Spell {
  const from = random.below(SPELLS_BEGIN_WITHIN);
  return { fault: drawOne(RPC_FAULTS, random), from, to: from + 10_000 + random.below(longest) };
}

/** Each kind is as likely as any other, however many faults the table has of it. */
function drawOne(faults: readonly RpcFault[], random: Random): RpcFault {
  const kinds = [...Map.groupBy(faults, kindOf).values()];
  const ofOneKind = kinds[random.below(kinds.length)] ?? faults;
  return ofOneKind[random.below(ofOneKind.length)] as RpcFault;
}

export function createSimulatedRpc(
  { scheduler, chain, faults, counters }: Surroundings,
  life: Incarnation,
  random: Random,
  spells: readonly Spell[],
  held: Held,
): Rpc {
  const draw = (method: string, params: readonly unknown[]): RpcFault | undefined => {
    const spell = spells.find(({ fault, from, to }) => {
      const isNow = scheduler.now >= from && scheduler.now < to;
      return isNow && concerns(fault, method, params);
    });
    if (spell !== undefined) return spell.fault;
    if (!random.chance(faults.rpcFault)) return undefined;
    const possible = RPC_FAULTS.filter((fault) => concerns(fault, method, params));
    return possible.length === 0 ? undefined : drawOne(possible, random);
  };
  return (method, params) =>
    life.perform(5 + random.below(50), async () => {
      if (random.chance(faults.rpcFailure)) {
        counters.saw('rpc failed');
        throw new Retryable('RPC_UNAVAILABLE', `${method}: the simulated provider does not answer`);
      }
      const isFinal = method === 'eth_getBlockByNumber' && params[0] === 'finalized';
      if (isFinal && held() !== null) return held();
      const fault = draw(method, params);
      if (fault === undefined) return answer(chain, faults.finalityLag, method, params);
      return answerWith(fault, { chain, faults, counters }, method, params);
    });
}

/** Counted only where it made a difference: leaving logs out of none is no fault. */
async function answerWith(
  fault: RpcFault,
  { chain, faults, counters }: Omit<Surroundings, 'scheduler'>,
  method: string,
  params: readonly unknown[],
): Promise<unknown> {
  if ('says' in fault) {
    counters.saw(kindOf(fault));
    throw sorted(method, new NodeError(fault.says.message, fault.says.code));
  }
  const lag = faults.finalityLag + ('stale' in fault ? fault.stale : 0);
  const honest = await answer(chain, lag, method, params);
  const given = 'stale' in fault || honest === null ? honest : fault.answer(honest, params);
  if ('stale' in fault || JSON.stringify(given) !== JSON.stringify(honest)) counters.saw(kindOf(fault));
  return given;
}

async function answer(
  chain: SimulatedChain,
  lag: number,
  method: string,
  params: readonly unknown[],
): Promise<unknown> {
  try {
    if (method === 'eth_getBlockByNumber' && params[0] === 'finalized') return await chain.finalised(lag);
    return await chain.request(method, params);
  } catch (cause) {
    throw sorted(method, cause);
  }
}
