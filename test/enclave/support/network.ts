/** Several enclaves in one process, and a post between them that tests can open, keep back or alter. */
import type { Call, Event, Params, Status } from '../../../signer/enclave/api.ts';
import { createEnclave, type Enclave, type Reply } from '../../../signer/enclave/enclave.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { portableSuites } from '../../../signer/protocol/ciphersuite/suites.ts';
import { seeded } from '../../simulation/random.ts';
import { identities } from './identities.ts';
import { COMMITTEE, headerOf, KEY_ID, sealingKeyOf, stagesOf, teeOf, type World } from './world.ts';

export type Envelope = Extract<Event, { event: 'envelope' }>;
export type Node = {
  readonly enclave: Enclave;
  readonly events: Event[];
  readonly call: <N extends Call['call']>(call: N, params: Params<N>) => Promise<Reply['answer']>;
  status: Status;
};
export type Network = { readonly world: World; readonly nodes: Node[]; readonly post: Envelope[]; now: number };

export async function networkOf(
  size: number,
  threshold: number,
  scheme: World['scheme'] = 'bip340',
  seed = 'network',
): Promise<Network> {
  const world: World = {
    seats: [],
    scheme,
    threshold,
    epoch: 1,
    attempt: 1,
    publicKey: { prefix: 0, x: new Uint8Array(32) },
    commitments: new Uint8Array(32),
    verifyingKey: new Uint8Array(32),
    messages: [new Uint8Array(32).fill(7)],
    bootCounter: 0n,
  };
  const network: Network = { world, nodes: [], post: [], now: 0 };
  for (let party = 1; party <= size; party++) {
    const node = await bootNode(network, `${seed}/${party}`, null, party);
    network.nodes.push(node);
    world.seats.push({ id: idOf(party), ...bootOf(node.status), identity: fromHex(node.status.identity) });
  }
  return network;
}

/** @param party whose sealing key it has */
export async function bootNode(network: Network, seed: string, sealed: Hex | null, party: number): Promise<Node> {
  const random = seeded(seed);
  const enclave = createEnclave({
    rng: (length) => random.bytes(length),
    clock: () => network.now,
    tee: teeOf(sealingKeyOf(party)),
    identities,
    suites: portableSuites,
    stages: stagesOf(network.world),
  });
  const events: Event[] = [];
  let next = 1;
  const call: Node['call'] = async (name, params) => {
    const { answer, events: new_ } = await enclave.handle({ id: next++, call: name, params });
    events.push(...new_);
    network.post.push(...new_.filter((event) => event.event === 'envelope'));
    return answer;
  };
  const status = okOf<Status>(await call('boot', { sealed }));
  return { enclave, events, call, status };
}

/** Carries envelopes until nobody says anything more. */
export async function deliverAll({ nodes, post }: Network): Promise<void> {
  for (let envelope = post.shift(); envelope !== undefined; envelope = post.shift()) {
    await nodes[partyOf(envelope.to) - 1]!.call('deliver', { envelope: envelope.envelope });
  }
}

export async function keepAll({ nodes }: Network): Promise<void> {
  for (const node of nodes) {
    const { generation } = okOf<Status>(await node.call('status', {}));
    await node.call('kept', { generation });
  }
}

export const committee = () => ({ keyId: toHex(KEY_ID), epoch: 1, attempt: 1, threshold: 2, members: [] });
export const proofAt = (block: number) => ({ header: toHex(headerOf(block)), accounts: [] });
export const setOf = (parties: readonly number[], run = 0) => ({ parties, leader: toHex(idOf(parties[0]!)), run });
export const requestOf = (counter: number) => {
  const zero = toHex(new Uint8Array(32));
  const nobody = toHex(new Uint8Array(20));
  return {
    keyId: toHex(KEY_ID),
    requester: nobody,
    counter: String(counter),
    path: zero,
    kind: 1,
    payload: '0x' as Hex,
    digests: [],
    effects: [],
    deadline: 0,
    consumer: nobody,
    callbackGas: 0,
    replaces: zero,
  };
};

/** Runs a key generation to its confirmations, and lets the world believe them. */
export async function generate(
  network: Network,
  block = 1,
): Promise<readonly Extract<Event, { event: 'confirmation' }>[]> {
  for (const node of network.nodes)
    okOf(await node.call('generateKey', { committee: committee(), proof: proofAt(block) }));
  await deliverAll(network);
  await keepAll(network);
  const confirmations = network.nodes.map((node) => lastOf(node.events, 'confirmation'));
  const [first] = confirmations;
  network.world.publicKey = { prefix: first!.publicKeyPrefix, x: fromHex(first!.publicKeyX) };
  network.world.verifyingKey = network.world.publicKey.x;
  network.world.commitments = fromHex(first!.commitments);
  return confirmations;
}

export function lastOf<E extends Event['event']>(events: readonly Event[], kind: E): Extract<Event, { event: E }> {
  const found = events.findLast((event) => event.event === kind);
  if (found === undefined) throw new Error(`no ${kind} among ${events.map(({ event }) => event)}`);
  return found as Extract<Event, { event: E }>;
}

export function okOf<T>(answer: Reply['answer']): T {
  if ('ok' in answer) return answer.ok as T;
  throw new Error(`refused: ${answer.refusal.code}: ${answer.refusal.detail}`);
}

export function codeOf(answer: Reply['answer']): string {
  return 'refusal' in answer ? answer.refusal.code : 'ok';
}

export function idOf(party: number): Uint8Array {
  return new Uint8Array(32).fill(party);
}

export function partyOf(id: Hex): number {
  return Number.parseInt(id.slice(2, 4), 16);
}

export function fromHex(hex: Hex): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.slice(2), 'hex'));
}

export const bootOf = ({ nonce, encryptionKey }: Status) => ({
  nonce: fromHex(nonce),
  encryptionKey: fromHex(encryptionKey),
});
export { COMMITTEE, KEY_ID };
