/** What Nitro documents cost, from fixed keys: a snapshot, and the bounds that the page names. */

import { p384 } from '@noble/curves/nist.js';
import { sha384 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { network } from 'hardhat';
import { bringAll, deployNitro } from '../../../../scripts/evidence/nitroChain.ts';
import { nitroEvidence } from '../../../../signer/evidence/nitro/onChain.ts';
import { p384Hints } from '../../../../signer/evidence/nitro/p384Hints.ts';
import type { Bytes } from '../../../../signer/tee/issuers/der.ts';
import { byteString } from '../../../../signer/tee/issuers/nitro/cbor.ts';
import { P384Verifier__factory } from '../../../../types/factories/contracts/attestation/verifiers/nitro/P384Verifier__factory.ts';
import { GasMeterMock__factory } from '../../../../types/factories/contracts/mocks/GasMeterMock__factory.ts';
import { Sha512Mock__factory } from '../../../../types/factories/contracts/mocks/Sha512Mock__factory.ts';
import { NITRO_AT, NITRO_ROOT, nitroDocument } from '../../../evidence/support/nitroWriter.ts';
import { Meter } from '../../support/gas.ts';
import { claimOf, struct } from './support/p384.ts';

/** EIP-7825 allows 16,777,216 a transaction, and other things have to fit beside. */
const MOST_TRANSACTION = 12_000_000;
const MOST_CODE_BYTES = 24_576;

describe('gas of Nitro documents', () => {
  const meter = new Meter('gas-nitro.json');

  it('of one signature, and of SHA-384, is what the snapshot says', async () => {
    const { ethers } = await network.create();
    const [deployer] = await ethers.getSigners();
    const verifier = await new P384Verifier__factory(deployer!).deploy();
    const hash = await new Sha512Mock__factory(deployer!).deploy();
    const hashAddress = await hash.getAddress();
    const mock = await new GasMeterMock__factory(deployer!).deploy();
    const measured = async (target: string, data: string) => Number((await mock.measure(target, data)).used);

    const secret = new Uint8Array(48).fill(7);
    const digest = sha384(utf8ToBytes('a message'));
    const signature = p384.sign(digest, secret, { prehash: false, lowS: false });
    const key = p384.getPublicKey(secret, false);
    const hints = p384Hints(key, digest, signature)!;
    const claim = struct(claimOf(key, digest, signature));
    const call = verifier.interface.encodeFunctionData('verify', [claim, hints]);
    meter.used['p384.verify'] = await measured(await verifier.getAddress(), call);
    meter.used['p384.verify, bytes of hints'] = hints.length;
    const hashed = (length: number) =>
      measured(hashAddress, hash.interface.encodeFunctionData('hash384', [new Uint8Array(length)]));
    const [one, many] = [await hashed(100), await hashed(4_500)];
    meter.used['sha384, of 4,500 bytes'] = many;

    expect(meter.used['p384.verify']).to.be.at.most(1_750_000);
    expect((many - one) / 35, 'a block').to.be.at.most(30_500);
    meter.compare();
  });

  it('keeps its bounds: a certificate, a document, a chain that nobody knows', async () => {
    const nitro = await deployNitro(NITRO_ROOT, NITRO_AT);
    const encoded: Bytes = nitroDocument({ userData: byteString(new Uint8Array(32)) });
    const chain = (await bringAll(nitro, encoded)).map(Number);
    const document = Number(await nitro.verifier.verify.estimateGas(nitroEvidence(encoded)));
    for (const one of [...chain, document]) expect(one).to.be.below(MOST_TRANSACTION);
    for (const one of chain) expect(one).to.be.at.most(2_500_000);
    expect(document).to.be.at.most(5_000_000);
    // AWS's chains have four certificates below the root, these three
    expect((chain.reduce((sum, one) => sum + one, 0) / 3) * 4 + document).to.be.at.most(14_000_000);
  });

  it('leaves each contract its place under EIP-170', async () => {
    const { p384: engine, certificates, verifier, ethers } = await deployNitro(NITRO_ROOT, NITRO_AT);
    for (const one of [engine, certificates, verifier]) {
      const code = await ethers.provider.getCode(await one.getAddress());
      expect((code.length - 2) / 2).to.be.at.most(MOST_CODE_BYTES);
    }
  });
});
