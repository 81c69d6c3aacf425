/** Several enclaves in one process, and a post between them that tests can open, keep back or alter. */
import type * as api from '../../../signer/enclave/api.ts';
import type { Call, Event, Params, Status, UnrootedStatus } from '../../../signer/enclave/api.ts';
import { createEnclave, type Enclave, type Reply } from '../../../signer/enclave/enclave.ts';
import type { Ports } from '../../../signer/enclave/ports.ts';
import type { Hex, Wire } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import type { Scheme } from '../../../signer/formats/schemes.ts';
import { keccak } from '../../../signer/formats/words.ts';
import { loadSchemeSuites } from '../../../signer/protocol/ciphersuite/load.ts';
import type { Rng } from '../../../signer/protocol/committee.ts';
import { secp256k1Wasm } from '../../protocol/suites.ts';
import { seeded } from '../../simulation/random.ts';
import { CHECKPOINT, slotOf, told, toldVerifiers } from './finality.ts';
import { identities } from './identities.ts';
import { type Asked, spendOf } from './spend.ts';
import {
  activate,
  ask,
  confirmKey,
  fromHex,
  headerOf,
  sealingKeyOf,
  teeOf,
  verifyStateOf,
  type World,
  worldOf,
} from './world.ts';

const blinding = seeded('blinding');
const suites = await loadSchemeSuites(secp256k1Wasm, (length) => blinding.bytes(length));

export type Envelope = Extract<Event, { event: 'envelope' }>;
export type Node = {
  readonly enclave: Enclave;
  readonly events: Event[];
  readonly call: <N extends Call['call']>(call: N, params: Params<N>) => Promise<Reply['answer']>;
  status: Status;
};
export type Network = { world: World; readonly nodes: Node[]; readonly post: Envelope[]; now: number };

/** Enclaves of one seed have one identity, so a party is the same in every network that it was in. */
const parties = new Map<Hex, number>();

export async function networkOf(
  size: number,
  threshold: number,
  scheme: Scheme = 'bip340',
  seed = 'network',
  sourceOf = seededSource,
): Promise<Network> {
  const network: Network = { world: {} as World, nodes: [], post: [], now: 0 };
  for (let party = 1; party <= size; party++) {
    network.nodes.push(await bootNode(network, `${seed}/${party}`, null, party, sourceOf));
  }
  const seats = network.nodes.map(({ status }) => ({ identity: fromHex(status.identity), ...bootOf(status) }));
  network.world = worldOf(seats, threshold, scheme);
  network.world.seats.forEach(({ id }, at) => {
    parties.set(toHex(id), at + 1);
  });
  for (const [at, node] of network.nodes.entries()) await beat(network, node, at + 1);
  return network;
}

export function seededSource(seed: string): Rng {
  const random = seeded(seed);
  return (length) => random.bytes(length);
}

/** @param party whose sealing key it has */
export function portsOf(network: Network, seed: string, party: number, sourceOf = seededSource): Ports {
  return {
    rng: sourceOf(seed),
    clock: () => network.now,
    tee: teeOf(sealingKeyOf(party)),
    identities,
    suites,
    verifiers: {
      ...toldVerifiers,
      verifyState: (header, configuration) => verifyStateOf(network.world)(header, configuration),
    },
  };
}

/** Boots, and begins at the checkpoint that all have. */
export async function bootNode(
  network: Network,
  seed: string,
  sealed: Hex | null,
  party: number,
  sourceOf = seededSource,
): Promise<Node> {
  const enclave = createEnclave(portsOf(network, seed, party, sourceOf));
  const events: Event[] = [];
  let next = 1;
  const call: Node['call'] = async (name, params) => {
    const { answer, events: new_ } = await enclave.handle({ id: next++, call: name, params });
    events.push(...new_);
    network.post.push(...new_.filter((event) => event.event === 'envelope'));
    return answer;
  };
  return { enclave, events, call, status: await begin(call, sealed, CHECKPOINT) };
}

type Bootstrap = { readonly root: Uint8Array; readonly bootstrap: Uint8Array };

/** Boots, and where there is nobody yet has an identity drawn for this checkpoint. */
export async function begin(call: Node['call'], sealed: Hex | null, checkpoint: Bootstrap): Promise<Status> {
  const booted = okOf<UnrootedStatus | Status>(await call('boot', { sealed }));
  if (booted.identity !== null) return booted;
  okOf(await call('bootstrap', wireOf(checkpoint)));
  return okOf<Status>(await call('status', {}));
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

/** Makes a block of this number final and proves it, as the world is now unless it was proven before; what a call then names. */
export async function shownAt(node: Node, block: number): Promise<Hex> {
  return okOf<api.Result<'prove'>>(await prove(node, block)).hash;
}
export async function prove(node: Node, block: number): Promise<Reply['answer']> {
  const header = headerOf(block);
  const followed = await node.call('follow', { update: toHex(told(slotOf(block), keccak(header))) });
  if (!['ok', 'UPDATE_STALE'].includes(codeOf(followed))) return followed;
  return node.call('prove', { header: toHex(header), nodes: [] });
}

/** The record of this life, on chain from the next block on that is proven. */
export async function beat({ world }: Network, node: Node, party: number, block = 0): Promise<void> {
  const seat = world.seats[party - 1]!;
  const shown = await shownAt(node, block);
  const record = okOf<api.Result<'recordBoot'>>(
    await node.call('recordBoot', { operator: toHex(seat.operator), block: shown }),
  );
  Object.assign(seat, { ...bootOf(record), counter: Number(record.counter) });
}

export const committee = ({ world }: Network): api.Committee => wireOf(world.facts.committee);
export const setOf = ({ world }: Network, parties: readonly number[], run = 0): api.SigningSet => ({
  parties,
  leader: toHex(world.seats[parties[0]! - 1]!.id),
  run,
});
/** The chain makes this request, if it has not yet, and it is READY. */
export function requestOf({ world }: Network, asked: Asked | number): api.Request {
  const request = spendOf(world, typeof asked === 'number' ? { counter: asked } : asked);
  const known = world.requests.find((each) => each.request.counter === request.counter);
  return wireOf((known ?? ask(world, request)).request);
}

/** Runs a key generation to its confirmations, and lets the world activate the key. */
export async function generate(
  network: Network,
  block = 1,
): Promise<readonly Extract<Event, { event: 'confirmation' }>[]> {
  const { world } = network;
  for (const node of network.nodes) {
    okOf(await node.call('generateKey', { committee: committee(network), block: await shownAt(node, block) }));
  }
  await deliverAll(network);
  await keepAll(network);
  const confirmations = network.nodes.map((node) => lastOf(node.events, 'confirmation'));
  const { publicKeyPrefix: prefix, publicKeyX, commitments } = confirmations[0]!;
  confirmKey(world, { prefix, x: fromHex(publicKeyX) }, fromHex(commitments));
  activate(world);
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

export function partyOf(id: Hex): number {
  return parties.get(id)!;
}

export const bootOf = ({ nonce, encryptionKey }: Pick<Status, 'nonce' | 'encryptionKey'>) => ({
  nonce: fromHex(nonce),
  encryptionKey: fromHex(encryptionKey),
});

/** As a host spells it. */
export function wireOf<T>(value: T): Wire<T> {
  if (value instanceof Uint8Array) return toHex(value) as Wire<T>;
  if (typeof value === 'bigint') return value.toString() as Wire<T>;
  if (Array.isArray(value)) return value.map(wireOf) as Wire<T>;
  if (typeof value !== 'object' || value === null) return value as Wire<T>;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, wireOf(each)])) as Wire<T>;
}

export { fromHex };
