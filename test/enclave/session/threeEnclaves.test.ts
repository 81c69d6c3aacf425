import { ed25519 } from '@noble/curves/ed25519.js';
import { schnorr } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import { toHex } from '../../../signer/formats/hex.ts';
import {
  committee,
  deliverAll,
  fromHex,
  generate,
  keepAll,
  lastOf,
  networkOf,
  okOf,
  proofAt,
  requestOf,
  setOf,
} from '../support/network.ts';

describe('three enclaves in one process', () => {
  for (const scheme of ['bip340', 'ed25519'] as const) {
    const verify = (signature: Uint8Array, message: Uint8Array, key: Uint8Array) =>
      scheme === 'bip340'
        ? schnorr.verify(signature, message, key)
        : ed25519.verify(signature, message, key, { zip215: false });

    it(`make one ${scheme} key, activate it and sign with it`, async () => {
      const network = await networkOf(3, 2, scheme);
      const confirmations = await generate(network);
      for (const field of ['transcript', 'publicKeyX', 'publicKeyPrefix', 'commitments'] as const) {
        expect(new Set(confirmations.map((confirmation) => confirmation[field])).size, field).to.equal(1);
      }

      const pair = [network.nodes[0]!, network.nodes[2]!];
      for (const node of pair)
        okOf(await node.call('activateKey', { committee: committee(), set: setOf([1, 3]), proof: proofAt(2) }));
      await deliverAll(network);
      for (const { events } of pair) {
        const { signature } = lastOf(events, 'activation');
        expect(verify(fromHex(signature), new Uint8Array(32).fill(0xac), network.world.publicKey.x)).to.equal(true);
      }

      network.world.messages = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
      for (const node of pair)
        okOf(
          await node.call('sign', {
            request: requestOf(1),
            committee: committee(),
            set: setOf([1, 3]),
            proof: proofAt(3),
          }),
        );
      await deliverAll(network);
      for (const { events } of pair) {
        const { signatures } = lastOf(events, 'signature');
        for (const [at, signature] of signatures.entries()) {
          expect(verify(fromHex(signature), network.world.messages[at]!, network.world.publicKey.x)).to.equal(true);
        }
      }
      await keepAll(network);
      expect(toHex(network.world.publicKey.x)).to.equal(confirmations[0]!.publicKeyX);
    });
  }
});
