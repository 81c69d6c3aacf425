/** The Nitro verifier on a chain whose clock is set, and certificates brought to it. */

import { network } from 'hardhat';
import { type CertificateToBring, certificatesToBring } from '../../signer/evidence/nitro/onChain.ts';
import type { Bytes } from '../../signer/tee/issuers/der.ts';
import { NitroCertificates__factory } from '../../types/factories/contracts/attestation/verifiers/nitro/NitroCertificates__factory.ts';
import { NitroVerifier__factory } from '../../types/factories/contracts/attestation/verifiers/nitro/NitroVerifier__factory.ts';
import { P384Verifier__factory } from '../../types/factories/contracts/attestation/verifiers/nitro/P384Verifier__factory.ts';
import { QuorateAccessManager__factory } from '../../types/factories/contracts/governance/QuorateAccessManager__factory.ts';
import { GasMeterMock__factory } from '../../types/factories/contracts/mocks/GasMeterMock__factory.ts';
import { LEAD, LOCAL, refusalOf, SALT, setTime } from './evidenceChain.ts';

const DAY = 86_400;
export const POLICY = { document: 3 * 3_600, registration: 30 * DAY };

export const INTERFACES = [P384Verifier__factory, NitroCertificates__factory, NitroVerifier__factory].map(
  (factory) => ({ interface: factory.createInterface() }),
);

export type Nitro = Awaited<ReturnType<typeof deployNitro>>;

/** All three contracts under one root, at `at`; the deployer is the vote. */
export async function deployNitro(root: Bytes, at: number, chainId = LOCAL) {
  const override = { chainId, initialDate: new Date((at - LEAD) * 1000), allowBlocksWithSameTimestamp: true };
  const { ethers, networkHelpers } = await network.create({ override });
  const [deployer, anyone] = await ethers.getSigners();
  if (deployer === undefined || anyone === undefined) throw new Error('the chain has no accounts');
  const manager = await new QuorateAccessManager__factory(deployer).deploy(deployer.address);
  const p384 = await new P384Verifier__factory(deployer).deploy();
  const certificates = await new NitroCertificates__factory(deployer).deploy(manager, p384, root);
  const verifier = await new NitroVerifier__factory(deployer).deploy(
    certificates,
    SALT,
    POLICY.document,
    POLICY.registration,
  );
  const meter = await new GasMeterMock__factory(deployer).deploy();
  const made = { ethers, helpers: networkHelpers, anyone, manager, p384, certificates, verifier, meter };
  await setTime(made, at);
  return made;
}

export async function bring(
  it: Nitro,
  one: Pick<CertificateToBring, 'certificate' | 'parent' | 'hints'>,
): Promise<bigint> {
  const sent = await it.certificates.connect(it.anyone).bring(one.certificate, one.parent, one.hints);
  return (await sent.wait())?.gasUsed ?? 0n;
}

/** All certificates of a document. @returns gas of each transaction */
export async function bringAll(it: Nitro, document: Bytes): Promise<bigint[]> {
  const gas: bigint[] = [];
  for (const one of certificatesToBring(document)) gas.push(await bring(it, one));
  return gas;
}

/** The name of the contracts' own error, or accepted; whatever is no refusal of theirs is thrown. */
export async function refusalOfCall(it: Nitro, call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return 'accepted';
  } catch (problem) {
    const refused = refusalOf(problem, [it.certificates, it.verifier, it.p384]);
    if (refused === null) throw problem;
    return refused.name;
  }
}
