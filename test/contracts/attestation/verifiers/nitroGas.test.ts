/** What Nitro documents cost, from fixed keys: a snapshot, and the bounds that the page names. */

import { p384 } from '@noble/curves/nist.js';
import { sha384 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { network } from 'hardhat';
import { bringAll, deployNitro } from '../../../../scripts/evidence/nitroChain.ts';
import { nitroEvidence } from '../../../../signer/evidence/nitro/onChain.ts';
import { p384Hints } from '../../../../signer/evidence/nitro/p384Hints.ts';
import { certificate } from '../../../../signer/tee/issuers/certificates.ts';
import type { Bytes } from '../../../../signer/tee/issuers/der.ts';
import { derivedPair, type Pair } from '../../../../signer/tee/issuers/keys.ts';
import { byteString } from '../../../../signer/tee/issuers/nitro/cbor.ts';
import { P384Verifier__factory } from '../../../../types/factories/contracts/attestation/verifiers/nitro/P384Verifier__factory.ts';
import { GasMeterMock__factory } from '../../../../types/factories/contracts/mocks/GasMeterMock__factory.ts';
import { Sha512Mock__factory } from '../../../../types/factories/contracts/mocks/Sha512Mock__factory.ts';
import { NITRO_AT, NITRO_SPECS, nitroDocument } from '../../../evidence/support/nitroWriter.ts';
import { Meter } from '../../support/gas.ts';
import { claimOf, struct } from './support/p384.ts';

/** EIP-7825 allows 16,777,216 a transaction, and other things have to fit beside. */
const MOST_TRANSACTION = 12_000_000;
const MOST_CODE_BYTES = 24_576;

/** Of AWS's shape, four certificates below the root; keys and serial numbers are fixed, and signatures follow from them. */
function fixedDocument(): { readonly root: Bytes; readonly document: Bytes } {
  const [top, region, zone, instance, leaf] = ['root', 'region', 'zone', 'instance', 'leaf'].map((name) =>
    derivedPair('p384', new Uint8Array(32).fill(7), name),
  ) as [Pair, Pair, Pair, Pair, Pair];
  const { root: r, region: a, zone: b, leaf: l } = NITRO_SPECS;
  const its = (serial: number) => ({ serial: Uint8Array.of(0x11, serial) });
  const [below, above] = [{ subjectKeyId: new Uint8Array(20).fill(5) }, { authorityKeyId: b.subjectKeyId }];
  const root = certificate({ ...r, ...its(1), pair: top, signer: top });
  const bundle = [
    root,
    certificate({ ...a, ...its(2), pair: region, signer: top, ca: { pathLength: 2 } }),
    certificate({ ...b, ...its(3), pair: zone, signer: region, ca: { pathLength: 1 } }),
    certificate({ ...b, ...its(4), ...below, ...above, ...INSTANCE, pair: instance, signer: zone }),
  ];
  const issued = { ...l, ...its(5), issuer: INSTANCE.subject, authorityKeyId: below.subjectKeyId };
  const userData = byteString(new Uint8Array(32).fill(9));
  const signed = { leaf: certificate({ ...issued, pair: leaf, signer: instance }), bundle, signer: leaf, userData };
  return { root, document: nitroDocument(signed) };
}

const INSTANCE = { subject: 'instance', issuer: 'zone' };

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
  });

  it('of a chain that nobody knows, and of a document, is what the snapshot says', async () => {
    const { root, document: encoded } = fixedDocument();
    const nitro = await deployNitro(root, NITRO_AT);
    const brought = (await bringAll(nitro, encoded)).map(Number);
    for (const [depth, gas] of brought.entries()) meter.used[`bring, certificate ${depth + 1} below the root`] = gas;
    const evidence = nitroEvidence(encoded);
    const call = nitro.verifier.interface.encodeFunctionData('verify', [evidence]);
    meter.used['verify.nitro, cold'] = Number(await nitro.meter.measureCold.staticCall(nitro.verifier, call));
    meter.used['verify.nitro, warm'] = Number((await nitro.meter.measure(nitro.verifier, call)).used);

    const document = Number(await nitro.verifier.verify.estimateGas(evidence));
    expect(brought).to.have.length(4);
    for (const one of [...brought, document]) expect(one).to.be.below(MOST_TRANSACTION);
    for (const one of brought) expect(one).to.be.at.most(2_500_000);
    expect(document).to.be.at.most(5_000_000);
    expect(brought.reduce((sum, one) => sum + one, document)).to.be.at.most(14_000_000);
  });

  it('is what the snapshot says', () => meter.compare());

  it('leaves each contract its place under EIP-170', async () => {
    const { p384: engine, certificates, verifier, ethers } = await deployNitro(fixedDocument().root, NITRO_AT);
    for (const one of [engine, certificates, verifier]) {
      const code = await ethers.provider.getCode(await one.getAddress());
      expect((code.length - 2) / 2).to.be.at.most(MOST_CODE_BYTES);
    }
  });
});
