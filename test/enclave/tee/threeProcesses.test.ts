import { schnorr } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import type { Event } from '../../../signer/enclave/api.ts';
import { activationMessage } from '../../../signer/formats/activation.ts';
import { parseConfiguration } from '../../../signer/formats/configuration.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { STATUS } from '../../../signer/proof/layout.ts';
import { slotsForActivation } from '../../../signer/proof/slots.ts';
import { fromHex, lastOf, okOf } from '../support/network.ts';
import { Processes } from '../support/processes.ts';
import { keyFor, spendOf } from '../support/spend.ts';
import type { Host } from '../support/teeProcess.ts';
import { activate, ask, CONFIGURATION } from '../support/world.ts';

type Signature = Extract<Event, { event: 'signature' }>;

const configuration = parseConfiguration(CONFIGURATION);

describe('three enclave processes', function () {
  this.timeout(30_000);
  let net: Processes;

  before(async () => {
    net = new Processes();
    await net.start();
  });
  after(() => net.end());

  it('make a key from real proofs, in the sandbox, and confirm the same one', async () => {
    await net.generateKey(10n);
    const confirmations = net.hosts.map(({ events }) => lastOf(events, 'confirmation'));
    for (const field of ['publicKeyX', 'commitments', 'transcript'] as const) {
      expect(new Set(confirmations.map((confirmation) => confirmation[field])).size, field).to.equal(1);
    }
  });

  it('and two of them activate it', async () => {
    const { facts } = net;
    const { prefix, x, commitments } = net.confirmed();
    const made = { publicKeyPrefix: prefix, publicKeyX: x, commitments };
    Object.assign(facts.ceremony, { ...made, status: STATUS.ceremony.confirmed });
    const pair = [net.hosts[0]!, net.hosts[2]!];
    const { keyId, epoch, attempt } = facts.committee;
    const block = await net.proveTo(pair, 11n, slotsForActivation(keyId, net.members([1, 3])));
    const set = net.setOf([1, 3]);
    for (const host of pair) okOf(await host.call('activateKey', { committee: net.committee, set, block }));
    await net.relayUntil('activation', pair);

    const message = activationMessage(configuration.chainId, configuration.contracts.keyRegistry.address, {
      ...{ keyId, epoch, attempt, committee: facts.ceremony.committee },
      ...{ publicKey: { prefix, x }, commitments },
    });
    for (const { events } of pair) {
      expect(schnorr.verify(fromHex(lastOf(events, 'activation').signature), message, x)).to.equal(true);
    }
  });

  it('and two others sign two requests of it in one session', async () => {
    activate(net.world);
    const parties = [2, 3];
    const pair = [net.hosts[1]!, net.hosts[2]!];
    const shapes = [
      { counter: 1, inputs: 2 },
      { counter: 2, path: 5 },
    ];
    const asked = shapes.map((each) => ask(net.world, spendOf(net.world, each)));
    await net.beat(parties, 12n);
    const block = await net.proveTo(pair, 13n, net.slotsOf(parties, asked));
    for (const host of pair) expect(okOf(await net.sign(host, { parties, block, asked }))).to.have.property('session');
    await net.relayUntil('signature', pair);
    const signaturesOf = ({ events }: Host) =>
      events.filter((event): event is Signature => event.event === 'signature');
    for (const one of pair) {
      await one.until(() => signaturesOf(one).length === asked.length);
      const signed = signaturesOf(one);
      expect(signed.map(({ requestId }) => requestId)).to.deep.equal(asked.map(({ id }) => toHex(id)));
      for (const [at, { signatures }] of signed.entries()) {
        const key = keyFor(net.world, shapes[at]?.path);
        const { digests } = asked[at]!.request;
        expect(signatures.map((each, m) => schnorr.verify(fromHex(each), digests[m]!, key))).to.deep.equal(
          digests.map(() => true),
        );
      }
    }
  });
});
