/** Three enclave processes under the development TEE, and a chain of facts for them: real tries, headers, and updates that a committee of eight signs. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleEnclave } from '../../../scripts/bundle.ts';
import type { Answer, Event, Result, SigningSet, Status } from '../../../signer/enclave/api.ts';
import { committeeHash } from '../../../signer/formats/committee.ts';
import { parseConfiguration } from '../../../signer/formats/configuration.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { enclaveId } from '../../../signer/formats/ids.ts';
import { hash } from '../../../signer/formats/words.ts';
import { PACKED } from '../../../signer/proof/layout.ts';
import {
  requestSlot,
  type Slot,
  slotsForBootRecord,
  slotsForCeremony,
  slotsForKey,
  slotsForRequest,
} from '../../../signer/proof/slots.ts';
import { type Chain, chainOf, headerFields, rlp } from '../../proof/support/chain.ts';
import { ceremonyFacts, type Facts, MEASUREMENT, pack, wordsOf } from '../path/support/facts.ts';
import { beaconOf } from './finality.ts';
import { begin, bootOf, fromHex, lastOf, okOf, wireOf } from './network.ts';
import { type Host, type Machine, machine, scrap, startTee } from './teeProcess.ts';
import { CONFIGURATION, type RequestOnChain, type World } from './world.ts';

/** A block of that chain: final nowhere before somebody signs an update that says so. */
export type Block = { readonly hash: Hex; readonly header: Hex; readonly chain: Chain };
export type Signing = {
  readonly parties: readonly number[];
  readonly block: Hex;
  readonly asked: readonly RequestOnChain[];
  readonly run?: number;
};

const configuration = parseConfiguration(CONFIGURATION);

export class Processes {
  readonly place: Machine = machine();
  readonly bundle = join(this.place.directory, 'enclave.bundle.mjs');
  readonly beacon = beaconOf();
  readonly requests: RequestOnChain[] = [];
  hosts: Host[] = [];
  /** How many blocks were made final. */
  finalities = 0;
  /** Every envelope that was handed over, by the party that got it. */
  readonly carried: { readonly party: number; readonly envelope: Hex }[] = [];
  /** How many events of each host were acted on. */
  readonly #heard = new Map<Host, number>();
  facts!: Facts;
  readonly #started: Host[] = [];

  /** Each on a machine of its own, booted, at the checkpoint. */
  async start(): Promise<void> {
    writeFileSync(this.bundle, (await bundleEnclave()).code);
    this.hosts = [1, 2, 3].map((party) => this.startTee(party));
    const lives = this.hosts.map(({ call }) => begin(call, null, this.beacon.checkpoint));
    this.facts = factsOf(await Promise.all(lives));
  }

  /** On the machine of this party. */
  startTee(party: number): Host {
    const host = startTee(this.place, this.bundle, `0${party}`.repeat(32));
    this.#started.push(host);
    return host;
  }

  end(): void {
    for (const { child } of this.#started) child.kill('SIGKILL');
    scrap(this.place);
  }

  get world(): World {
    return { facts: this.facts, seats: this.facts.enclaves, requests: this.requests, withheld: () => false };
  }

  get committee() {
    return wireOf(this.facts.committee);
  }

  members(parties: readonly number[]) {
    return parties.map((party) => ({ id: this.facts.enclaves[party - 1]!.id, measurement: MEASUREMENT }));
  }

  /** With what the chain says now. */
  async mine(number: bigint): Promise<Block> {
    const asked = this.requests.map(({ id, word }) => ({ at: requestSlot(id), word: pack(PACKED.request, word) }));
    const chain = await chainOf(configuration, [...wordsOf(this.facts).values(), ...asked]);
    const header = rlp(headerFields(chain.stateRoot, number));
    return { hash: toHex(hash(header)), header: toHex(header), chain };
  }

  /** The update that makes it final. */
  finalise({ hash: block }: Block): Hex {
    this.finalities += 1;
    return toHex(this.beacon.finalise(fromHex(block)));
  }

  /** Makes the block final and proves these slots to all of the hosts; the hash of the block, for the calls that follow. */
  async proveTo(hosts: readonly Host[], number: bigint, slots: readonly Slot[]): Promise<Hex> {
    const block = await this.mine(number);
    const update = this.finalise(block);
    for (const host of hosts) {
      okOf(await host.call('follow', { update }));
      okOf(await this.show(host, block, slots));
    }
    return block.hash;
  }

  async show(host: Host, { header, chain }: Block, slots: readonly Slot[]): Promise<Answer> {
    return host.call('prove', { header, nodes: (await chain.nodesFor(slots)).map(toHex) });
  }

  /** What these parties want proven before they sign. */
  slotsOf(parties: readonly number[], asked: readonly RequestOnChain[]): readonly Slot[] {
    return [
      ...slotsForKey(this.facts.committee.keyId, this.members(parties)),
      ...asked.flatMap(({ id, request }) => slotsForRequest({ ...request, id })),
    ];
  }

  setOf(parties: readonly number[], run = 0): SigningSet {
    return { parties, leader: toHex(this.facts.enclaves[parties[0]! - 1]!.id), run };
  }

  /** Of this host alone: the others hear of it by envelopes. */
  sign(host: Host, { parties, block, asked, run = 0 }: Signing): Promise<Answer> {
    const requests = asked.map(({ request }) => wireOf(request));
    return host.call('sign', {
      ...{ committee: this.committee, set: this.setOf(parties, run), block, requests, firsts: [] },
    });
  }

  /** Each makes the next record of its life, and the chain has it from then on. */
  async beat(parties: readonly number[], number: bigint): Promise<void> {
    const hosts = parties.map((party) => this.hosts[party - 1]!);
    const slots = parties.flatMap((party) => slotsForBootRecord(this.facts.enclaves[party - 1]!.id));
    const block = await this.proveTo(hosts, number, slots);
    for (const [at, host] of hosts.entries()) await this.record(host, parties[at]!, block);
  }

  /** The record of this life, which the chain then has. */
  async record(host: Host, party: number, block: Hex): Promise<void> {
    const own = this.facts.enclaves[party - 1]!;
    const params = { operator: toHex(own.operator), block };
    const record = okOf<Result<'recordBoot'>>(await host.call('recordBoot', params));
    Object.assign(own, { ...bootOf(record), counter: Number(record.counter) });
  }

  /** Carries envelopes between the processes until each of `to` has said `kind`, in what it says from now on. */
  async relayUntil(kind: Event['event'], to: readonly Host[]): Promise<void> {
    const start = new Map(to.map((host) => [host, this.#heard.get(host) ?? 0]));
    const isSaid = (host: Host) => host.events.slice(start.get(host)).some(({ event }) => event === kind);
    while (!to.every(isSaid)) {
      await this.carry();
      await new Promise(setImmediate);
    }
  }

  /** Once through what was said since the last time. */
  async carry(): Promise<void> {
    for (const host of this.hosts) {
      const said = host.events.slice(this.#heard.get(host) ?? 0);
      this.#heard.set(host, host.events.length);
      for (const event of said) await this.#act(host, event);
    }
  }

  async #act(host: Host, event: Event): Promise<void> {
    if (event.event === 'seal') await host.call('kept', { generation: event.generation });
    if (event.event !== 'envelope') return;
    const party = this.facts.enclaves.findIndex(({ id }) => toHex(id) === event.to) + 1;
    this.carried.push({ party, envelope: event.envelope });
    await this.hosts[party - 1]!.call('deliver', { envelope: event.envelope });
  }

  /** All make the key that the open attempt asks for, and confirm it. */
  async generateKey(number: bigint): Promise<void> {
    const slots = slotsForCeremony(this.facts.committee.keyId, this.members([1, 2, 3]));
    const block = await this.proveTo(this.hosts, number, slots);
    for (const host of this.hosts) okOf(await host.call('generateKey', { committee: this.committee, block }));
    await this.relayUntil('confirmation', this.hosts);
  }

  /** What all have confirmed. */
  confirmed() {
    const { publicKeyX, publicKeyPrefix, commitments } = lastOf(this.hosts[0]!.events, 'confirmation');
    return { prefix: publicKeyPrefix, x: fromHex(publicKeyX), commitments: fromHex(commitments) };
  }
}

/** A chain on which three enclaves are registered and booted, and a key waits for its attempt. */
function factsOf(statuses: readonly Status[]): Facts {
  const all = ceremonyFacts('open');
  all.configuration = configuration;
  all.enclaves = all.enclaves.map((enclave, at) => {
    const identity = fromHex(statuses[at]!.identity);
    const { chainId, contracts } = configuration;
    const id = enclaveId(chainId, contracts.enclaveRegistry.address, enclave.operator, identity);
    return { ...enclave, id, identity, ...bootOf(statuses[at]!) };
  });
  all.committee.members = all.enclaves.map(({ id, operator, identity }) => ({ id, operator, identity }));
  all.ceremony.committee = committeeHash(all.committee);
  return all;
}
