/** What enclaves and keys cost, and a signature that anybody has verified. */

import { expect } from 'chai';
import { world } from '../support/chain.ts';
import { eligibleEnclaves, makeEnclave, RECORD, recordBoot, register } from '../support/enclaves.ts';
import type { Meter } from '../support/gas.ts';
import {
  confirm,
  confirmationOf,
  ed25519KeyOf,
  parametersOf,
  publicKeyOf,
  SCHEME,
  secretOf,
  sign,
} from '../support/keys.ts';

const secret = secretOf('gas');

export function registryCosts(meter: Meter): void {
  // what verifiers of hardware cost is in gas-intel.json and gas-nitro.json
  it('of registration, behind a verifier that believes what it is told', async () => {
    const it = await world();
    await it.measurementRegistry.connect(it.dao).approve(RECORD);
    const enclave = await makeEnclave(it, it.operators[0]!, 'gas');
    await meter.measure('register, first', register(it, enclave));
    await meter.measure('register, again', register(it, enclave, { epoch: 2 }));
    await meter.measure('recordBoot, first', recordBoot(it, enclave, 1));
    await meter.measure('recordBoot, again', recordBoot(it, enclave, 2));
  });

  it('of a 2-of-3 key', async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 3);
    await meter.measure('createKey, 3 seats', it.keyRegistry.connect(it.dao).createKey(parametersOf(members)));
    const keyId = await it.keyRegistry.keyIdAt(1);
    const confirmation = await confirmationOf(it, keyId, publicKeyOf(secret));
    await meter.measure('confirm, first', confirm(it, members[0]!, confirmation));
    await meter.measure('confirm, second', confirm(it, members[1]!, confirmation));
    await meter.measure('confirm, last', confirm(it, members[2]!, confirmation));
    const signature = sign(SCHEME.bip340, secret, await it.keyRegistry.activationMessage(keyId));
    await meter.measure('activate, bip340', it.keyRegistry.activate(keyId, signature));
  });

  for (const [name, scheme, length] of [
    ['bip340', SCHEME.bip340, 32],
    ['ecdsa', SCHEME.ecdsa, 32],
    ['ed25519.64', SCHEME.ed25519, 64],
    ['ed25519.200', SCHEME.ed25519, 200],
  ] as const)
    it(`of a signature that anybody has verified, ${name}`, async () => {
      const { signatureVerifier, anyone } = await world();
      const message = `0x${'5a'.repeat(length)}`;
      const { prefix, x } = scheme === SCHEME.ed25519 ? ed25519KeyOf(secret) : publicKeyOf(secret);
      const signature = sign(scheme, secret, message);
      const values: [number, { prefix: number; x: string }, string, string] = [
        scheme,
        { prefix, x },
        message,
        signature,
      ];
      expect(await signatureVerifier.verify(...values)).to.equal(true);
      const data = signatureVerifier.interface.encodeFunctionData('verify', values);
      await meter.measure(`verify.${name}`, anyone.sendTransaction({ to: signatureVerifier, data }));
    });
}
