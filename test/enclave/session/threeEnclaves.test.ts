import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import type { Event, Result } from '../../../signer/enclave/api.ts';
import { activationMessage } from '../../../signer/formats/activation.ts';
import { toHex } from '../../../signer/formats/hex.ts';
import { activateKey, sign } from '../support/life.ts';
import { deliverAll, fromHex, generate, lastOf, networkOf, okOf, requestOf, wireOf } from '../support/network.ts';
import { keyFor } from '../support/spend.ts';
import { ask, pend } from '../support/world.ts';

describe('three enclaves in one process', () => {
  for (const scheme of ['bip340', 'ed25519'] as const) {
    const verify = (signature: Uint8Array, message: Uint8Array, key: Uint8Array) =>
      scheme === 'bip340'
        ? schnorr.verify(signature, message, key)
        : ed25519.verify(signature, message, key, { zip215: false });

    it(`make one ${scheme} key and activate it`, async () => {
      const network = await networkOf(3, 2, scheme);
      const confirmations = await generate(network);
      for (const field of ['transcript', 'publicKeyX', 'publicKeyPrefix', 'commitments'] as const) {
        expect(new Set(confirmations.map((confirmation) => confirmation[field])).size, field).to.equal(1);
      }

      const { facts } = network.world;
      const { publicKeyPrefix: prefix, publicKeyX: x, commitments, epoch, attempt, committee } = facts.ceremony;
      pend(network.world);
      const pair = [network.nodes[0]!, network.nodes[2]!];
      for (const node of pair) okOf(await activateKey(network, node, { parties: [1, 3] }));
      await deliverAll(network);
      const { chainId, contracts } = facts.configuration;
      const made = { keyId: facts.committee.keyId, epoch, attempt, committee, publicKey: { prefix, x }, commitments };
      const message = activationMessage(chainId, contracts.keyRegistry.address, made);
      for (const { events } of pair) {
        expect(verify(fromHex(lastOf(events, 'activation').signature), message, x)).to.equal(true);
      }
      expect(toHex(x)).to.equal(confirmations[0]!.publicKeyX);
    });
  }

  it('sign requests of a bip340 key, each with its own key and all of its digests, in one session', async () => {
    const network = await networkOf(3, 2);
    await generate(network);
    const asked = [{ counter: 1, inputs: 2 }, { counter: 2, path: 7 }, { counter: 3 }];
    const requests = asked.map((each) => requestOf(network, each));
    const pair = [network.nodes[0]!, network.nodes[2]!];
    for (const node of pair) okOf(await sign(network, node, { parties: [1, 3], requests }));
    await deliverAll(network);
    for (const { events } of pair) {
      const signed = events.filter(({ event }) => event === 'signature');
      expect(signed.map((event) => event.event === 'signature' && event.requestId)).to.deep.equal(
        network.world.requests.map(({ id }) => toHex(id)),
      );
      for (const [at, event] of signed.entries()) {
        const { digests } = requests[at]!;
        const { signatures } = event as Extract<Event, { event: 'signature' }>;
        expect(signatures).to.have.length(digests.length);
        signatures.forEach((signature, m) => {
          const key = keyFor(network.world, asked[at]?.path);
          expect(schnorr.verify(fromHex(signature), fromHex(digests[m]!), key)).to.equal(true);
        });
      }
      expect(events.some(({ event }) => event === 'fault')).to.equal(false);
    }
  });

  it('sign no Bitcoin with an ed25519 key', async () => {
    const network = await networkOf(3, 2, 'ed25519');
    await generate(network);
    const { request } = network.world.facts;
    ask(network.world, request);
    const answer = await sign(network, network.nodes[0]!, { requests: [wireOf(request)] });
    const { refused } = okOf<Result<'sign'>>(answer);
    expect(refused?.map(({ kind, code }) => ({ kind, code }))).to.deep.equal([
      { kind: 'final', code: 'KIND_NOT_SIGNED' },
    ]);
  });
});
