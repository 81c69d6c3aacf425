import type { Status } from '../../../signer/enclave/api.ts';
import { sealState } from '../../../signer/enclave/sealing/seal.ts';
import { encodeState, type State } from '../../../signer/enclave/sealing/state.ts';
import { parseConfiguration } from '../../../signer/formats/configuration.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { Secret } from '../../../signer/protocol/secret.ts';
import { seeded } from '../../simulation/random.ts';
import {
  bootNode,
  bootOf,
  committee,
  lastOf,
  type Network,
  type Node,
  okOf,
  proofAt,
  requestOf,
  setOf,
} from './network.ts';
import { CONFIGURATION, sealingKeyOf } from './world.ts';

/** Calls that the tests of a life make, and its restarts. */
export const statusOf = async (node: Node): Promise<Status> => okOf(await node.call('status', {}));
export const generateKey = (node: Node, block = 1) =>
  node.call('generateKey', { committee: committee(), proof: proofAt(block) });
export const sign = (node: Node, { block = 3, run = 0 } = {}) =>
  node.call('sign', { request: requestOf(1), committee: committee(), set: setOf([1, 2], run), proof: proofAt(block) });

/** The node's next life, from what its host kept last; its boot record is on chain. */
export async function restart(network: Network, party: number): Promise<Node> {
  const { sealed } = lastOf(network.nodes[party - 1]!.events, 'seal');
  const node = await bootNode(network, `next life of ${party}`, sealed, party);
  network.nodes[party - 1] = node;
  Object.assign(network.world.seats[party - 1]!, bootOf(node.status));
  return node;
}

export function sealedBy(party: number, state: State): Hex {
  const key = new Secret(sealingKeyOf(party));
  const context = { key, configuration: parseConfiguration(CONFIGURATION).hash };
  const header = { generation: 9, identity: state.identity.address };
  return toHex(sealState(context, header, encodeState(state), (length) => seeded('seal').bytes(length)));
}
