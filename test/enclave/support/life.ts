import type { Event, Request, Result, Status } from '../../../signer/enclave/api.ts';
import { sealState } from '../../../signer/enclave/sealing/seal.ts';
import { encodeState, type State } from '../../../signer/enclave/sealing/state.ts';
import { parseConfiguration } from '../../../signer/formats/configuration.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { Secret } from '../../../signer/protocol/secret.ts';
import { seeded } from '../../simulation/random.ts';
import { FINALITY } from './finality.ts';
import {
  beat,
  bootNode,
  bootOf,
  committee,
  lastOf,
  type Network,
  type Node,
  okOf,
  prove,
  requestOf,
  setOf,
} from './network.ts';
import { CONFIGURATION, sealingKeyOf } from './world.ts';

/** Calls that the tests of a life make, and its restarts. */
export const statusOf = async (node: Node): Promise<Status> => okOf(await node.call('status', {}));

type Answer = ReturnType<Node['call']>;
export async function generateKey(network: Network, node: Node, block = 1): Answer {
  const shown = await prove(node, block);
  if ('refusal' in shown) return shown;
  return node.call('generateKey', { committee: committee(network), block: okOf<Result<'prove'>>(shown).hash });
}

export type Signing = {
  readonly block?: number;
  readonly run?: number;
  readonly parties?: readonly number[];
  readonly requests?: readonly Request[];
  readonly firsts?: readonly Request[];
};
export async function sign(network: Network, node: Node, signing: Signing = {}): Answer {
  const { block = 3, run = 0, parties = [1, 2], requests = [requestOf(network, 1)], firsts = [] } = signing;
  const shown = await prove(node, block);
  if ('refusal' in shown) return shown;
  const set = setOf(network, parties, run);
  const { hash } = okOf<Result<'prove'>>(shown);
  return node.call('sign', { committee: committee(network), set, block: hash, requests, firsts });
}

/** As `sign`, without signing anything. */
export async function judge(network: Network, node: Node, signing: Signing = {}): Answer {
  const { block = 3, run = 0, parties = [1, 2], requests = [requestOf(network, 1)], firsts = [] } = signing;
  const shown = await prove(node, block);
  if ('refusal' in shown) return shown;
  const set = setOf(network, parties, run);
  const { hash } = okOf<Result<'prove'>>(shown);
  return node.call('judge', { committee: committee(network), set, block: hash, requests, firsts });
}

/** Both lives begin to set OT up; nothing is delivered yet. */
export async function setUpPair(
  network: Network,
  parties: readonly [number, number],
  { block = 2, run = 0, nodes = network.nodes }: { block?: number; run?: number; nodes?: readonly Node[] } = {},
): Promise<readonly Awaited<Answer>[]> {
  const answers: Awaited<Answer>[] = [];
  for (const party of parties) {
    const node = nodes[party - 1]!;
    const shown = await prove(node, block);
    const params = { committee: committee(network), set: setOf(network, parties, run) };
    answers.push(
      'refusal' in shown
        ? shown
        : await node.call('setUpPair', { ...params, block: okOf<Result<'prove'>>(shown).hash }),
    );
  }
  return answers;
}

export async function activateKey(network: Network, node: Node, { block = 2, parties = [1, 2] } = {}): Answer {
  const shown = await prove(node, block);
  if ('refusal' in shown) return shown;
  const set = setOf(network, parties);
  return node.call('activateKey', { committee: committee(network), set, block: okOf<Result<'prove'>>(shown).hash });
}

/** The node's next life, from the first seal of its identity, in which there was nothing yet. */
export async function restartAnew(network: Network, party: number): Promise<Node> {
  const { sealed } = network.nodes[party - 1]!.events.find(({ event }) => event === 'seal') as Sealed;
  return bootAgain(network, party, sealed);
}
type Sealed = Extract<Event, { event: 'seal' }>;

/** The node's next life, from what its host kept last; its boot record is on chain. */
export async function restart(network: Network, party: number): Promise<Node> {
  const { sealed } = lastOf(network.nodes[party - 1]!.events, 'seal');
  return bootAgain(network, party, sealed);
}

async function bootAgain(network: Network, party: number, sealed: Hex): Promise<Node> {
  const node = await bootNode(network, `next life of ${party}`, sealed, party);
  network.nodes[party - 1] = node;
  const { head } = node.status;
  if (head === null) Object.assign(network.world.seats[party - 1]!, bootOf(node.status));
  else await beat(network, node, party, head.number);
  return node;
}

export function sealedBy(party: number, state: State): Hex {
  const key = new Secret(sealingKeyOf(party));
  const context = { key, configuration: parseConfiguration(CONFIGURATION).hash };
  const header = { generation: 9, identity: state.identity.address };
  return toHex(sealState(context, header, encodeState(state, FINALITY), (length) => seeded('seal').bytes(length)));
}
