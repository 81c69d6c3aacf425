import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schnorr } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { bundleEnclave } from '../../../scripts/bundle.ts';
import type { Event, Result, Status } from '../../../signer/enclave/api.ts';
import { activationMessage } from '../../../signer/formats/activation.ts';
import { committeeHash } from '../../../signer/formats/committee.ts';
import { parseConfiguration } from '../../../signer/formats/configuration.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { enclaveId } from '../../../signer/formats/ids.ts';
import { hash } from '../../../signer/formats/words.ts';
import { PACKED, STATUS } from '../../../signer/proof/layout.ts';
import {
  requestSlot,
  type Slot,
  slotsForActivation,
  slotsForBootRecord,
  slotsForCeremony,
  slotsForKey,
  slotsForRequest,
} from '../../../signer/proof/slots.ts';
import { chainOf, headerFields, rlp } from '../../proof/support/chain.ts';
import { ceremonyFacts, type Facts, MEASUREMENT, pack, wordsOf } from '../path/support/facts.ts';
import { beaconOf } from '../support/finality.ts';
import { bootOf, fromHex, lastOf, okOf, wireOf } from '../support/network.ts';
import { keyFor, spendOf } from '../support/spend.ts';
import { type Host, type Machine, machine, scrap, startTee } from '../support/teeProcess.ts';
import { activate, ask, CONFIGURATION, type RequestOnChain, type World } from '../support/world.ts';

type Signature = Extract<Event, { event: 'signature' }>;

const configuration = parseConfiguration(CONFIGURATION);
const beacon = beaconOf();

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

/** Makes the block final and proves these slots to all of the hosts; the hash of the block, for the calls that follow. */
async function proveTo(
  hosts: readonly Host[],
  number: bigint,
  { facts: all, requests }: Pick<World, 'facts' | 'requests'>,
  slots: readonly Slot[],
): Promise<Hex> {
  const asked = requests.map(({ id, word }) => ({ at: requestSlot(id), word: pack(PACKED.request, word) }));
  const chain = await chainOf(configuration, [...wordsOf(all).values(), ...asked]);
  const header = rlp(headerFields(chain.stateRoot, number));
  const update = toHex(beacon.finalise(hash(header)));
  const proof = { header: toHex(header), nodes: (await chain.nodesFor(slots)).map(toHex) };
  for (const host of hosts) {
    okOf(await host.call('follow', { update }));
    okOf(await host.call('prove', proof));
  }
  return toHex(hash(header));
}

describe('three enclave processes', function () {
  this.timeout(30_000);
  let place: Machine;
  let hosts: Host[];
  let all: Facts;
  const members = () => all.enclaves.map(({ id }) => ({ id, measurement: MEASUREMENT }));
  const committee = () => wireOf(all.committee);
  const requests: RequestOnChain[] = [];
  const world = (): World => ({ facts: all, seats: all.enclaves, requests, withheld: () => false });

  before(async () => {
    place = machine();
    const bundle = join(place.directory, 'enclave.bundle.mjs');
    writeFileSync(bundle, (await bundleEnclave()).code);
    hosts = [1, 2, 3].map((platform) => startTee(place, bundle, `0${platform}`.repeat(32)));
    all = factsOf(
      await Promise.all(hosts.map(async (host) => okOf<Status>(await host.call('boot', { sealed: null })))),
    );
    for (const host of hosts) okOf(await host.call('bootstrap', wireOf(beacon.checkpoint)));
  });
  after(() => {
    for (const { child } of hosts) child.kill('SIGKILL');
    scrap(place);
  });

  /** Carries envelopes between the processes until each of `to` has said `kind`. */
  async function relayUntil(kind: Event['event'], to: readonly Host[]): Promise<void> {
    const carried = hosts.map(() => 0);
    while (!to.every(({ events }) => events.some(({ event }) => event === kind))) {
      for (const [at, { events, call }] of hosts.entries()) {
        for (const event of events.slice(carried[at]!)) {
          carried[at]! += 1;
          if (event.event === 'seal') await call('kept', { generation: event.generation });
          if (event.event !== 'envelope') continue;
          const receiver = hosts[all.enclaves.findIndex(({ id }) => toHex(id) === event.to)]!;
          await receiver.call('deliver', { envelope: event.envelope });
        }
      }
      await new Promise(setImmediate);
    }
  }

  /** Each makes the next record of its life, and the chain has it from then on. */
  async function beat(beating: readonly Host[], number: bigint): Promise<void> {
    const own = beating.map((host) => all.enclaves[hosts.indexOf(host)]!);
    const block = await proveTo(
      beating,
      number,
      world(),
      own.flatMap(({ id }) => slotsForBootRecord(id)),
    );
    for (const [at, host] of beating.entries()) {
      const { operator } = own[at]!;
      const record = await host.call('recordBoot', { operator: toHex(operator), block });
      own[at]!.counter = Number(okOf<Result<'recordBoot'>>(record).counter);
    }
  }

  it('make a key from real proofs, in the sandbox, and confirm the same one', async () => {
    const block = await proveTo(hosts, 10n, world(), slotsForCeremony(all.committee.keyId, members()));
    for (const host of hosts) okOf(await host.call('generateKey', { committee: committee(), block }));
    await relayUntil('confirmation', hosts);
    const confirmations = hosts.map(({ events }) => lastOf(events, 'confirmation'));
    for (const field of ['publicKeyX', 'commitments', 'transcript'] as const) {
      expect(new Set(confirmations.map((confirmation) => confirmation[field])).size, field).to.equal(1);
    }
  });

  it('and two of them activate it', async () => {
    const { publicKeyX, publicKeyPrefix, commitments } = lastOf(hosts[0]!.events, 'confirmation');
    Object.assign(all.ceremony, {
      status: STATUS.ceremony.confirmed,
      publicKeyPrefix,
      publicKeyX: fromHex(publicKeyX),
      commitments: fromHex(commitments),
    });
    const pair = [hosts[0]!, hosts[2]!];
    const slots = slotsForActivation(all.committee.keyId, [members()[0]!, members()[2]!]);
    const block = await proveTo(pair, 11n, world(), slots);
    const set = { parties: [1, 3], leader: toHex(all.enclaves[0]!.id), run: 0 };
    for (const host of pair) okOf(await host.call('activateKey', { committee: committee(), set, block }));
    await relayUntil('activation', pair);

    const { keyId, epoch, attempt } = all.committee;
    const publicKey = { prefix: publicKeyPrefix, x: fromHex(publicKeyX) };
    const message = activationMessage(configuration.chainId, configuration.contracts.keyRegistry.address, {
      keyId,
      epoch,
      attempt,
      committee: all.ceremony.committee,
      publicKey,
      commitments: fromHex(commitments),
    });
    for (const { events } of pair) {
      expect(schnorr.verify(fromHex(lastOf(events, 'activation').signature), message, publicKey.x)).to.equal(true);
    }
  });

  it('and two others sign two requests of it in one session', async () => {
    activate(world());
    const pair = [hosts[1]!, hosts[2]!];
    const asked = [
      { counter: 1, inputs: 2 },
      { counter: 2, path: 5 },
    ];
    const wanted = asked.map((each) => ask(world(), spendOf(world(), each)));
    const slots = [
      ...slotsForKey(all.committee.keyId, [members()[1]!, members()[2]!]),
      ...wanted.flatMap(({ id, request }) =>
        slotsForRequest({ id, keyId: request.keyId, requester: request.requester }),
      ),
    ];
    await beat(pair, 12n);
    const block = await proveTo(pair, 13n, world(), slots);
    const set = { parties: [2, 3], leader: toHex(all.enclaves[1]!.id), run: 0 };
    const params = { committee: committee(), set, block, requests: wanted.map(({ request }) => wireOf(request)) };
    for (const host of pair) expect(okOf(await host.call('sign', params))).to.have.property('session');
    await relayUntil('signature', pair);
    for (const { events } of pair) {
      const signed = events.filter((event): event is Signature => event.event === 'signature');
      expect(signed.map(({ requestId }) => requestId)).to.deep.equal(wanted.map(({ id }) => toHex(id)));
      for (const [at, { signatures }] of signed.entries()) {
        const key = keyFor(world(), asked[at]?.path);
        const { digests } = wanted[at]!.request;
        expect(signatures.map((each, m) => schnorr.verify(fromHex(each), digests[m]!, key))).to.deep.equal(
          digests.map(() => true),
        );
      }
    }
  });
});
