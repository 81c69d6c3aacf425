/** What each step costs, against the committed snapshot: `UPDATE_SNAPSHOTS=1` writes it anew. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { expect } from 'chai';
import type { TransactionResponse } from 'ethers';
import { world } from './support/chain.ts';
import { eligibleEnclaves, makeEnclave, RECORD, recordBoot, register } from './support/enclaves.ts';
import {
  confirm,
  confirmationOf,
  ed25519KeyOf,
  parametersOf,
  publicKeyOf,
  SCHEME,
  secretOf,
  sign,
} from './support/keys.ts';

const SNAPSHOT = join(import.meta.dirname, '../snapshots/gas.json');
const secret = secretOf('gas');

describe('gas', () => {
  const used: Record<string, number> = {};

  async function measure(name: string, transaction: Promise<TransactionResponse>): Promise<void> {
    const receipt = await (await transaction).wait();
    used[name] = Number(receipt!.gasUsed);
  }

  it('of registration', async () => {
    const it = await world();
    await it.measurementRegistry.connect(it.dao).approve(RECORD);
    const enclave = await makeEnclave(it, it.operators[0]!, 'gas');
    await measure('register, first', register(it, enclave));
    await measure('register, again', register(it, enclave, { epoch: 2 }));
    await measure('recordBoot, first', recordBoot(it, enclave, 1));
    await measure('recordBoot, again', recordBoot(it, enclave, 2));
  });

  it('of a 2-of-3 key', async () => {
    const it = await world();
    const members = await eligibleEnclaves(it, 3);
    await measure('createKey, 3 seats', it.keyRegistry.connect(it.dao).createKey(parametersOf(members)));
    const keyId = await it.keyRegistry.keyIdAt(1);
    const confirmation = await confirmationOf(it, keyId, publicKeyOf(secret));
    await measure('confirm, first', confirm(it, members[0]!, confirmation));
    await measure('confirm, second', confirm(it, members[1]!, confirmation));
    await measure('confirm, last', confirm(it, members[2]!, confirmation));
    const signature = sign(SCHEME.bip340, secret, await it.keyRegistry.activationMessage(keyId));
    await measure('activate, bip340', it.keyRegistry.activate(keyId, signature));
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
      await measure(`verify.${name}`, anyone.sendTransaction({ to: signatureVerifier, data }));
    });

  it('keeps its aims', () => {
    expect(used['verify.ed25519.200']).to.be.below(300_000);
  });

  it('is what the snapshot says', () => {
    if (env.UPDATE_SNAPSHOTS === '1') writeFileSync(SNAPSHOT, `${JSON.stringify(used, null, 2)}\n`);
    const snapshot = JSON.parse(readFileSync(SNAPSHOT, 'utf8')) as Record<string, number>;
    expect(Object.keys(used)).to.deep.equal(Object.keys(snapshot));
    // signatures differ in their zero bytes from run to run of other chains' times: a few hundred gas of calldata
    for (const [name, gas] of Object.entries(used)) expect(gas, name).to.be.closeTo(snapshot[name]!, 400);
  });
});
