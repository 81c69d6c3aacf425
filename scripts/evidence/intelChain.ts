/** Intel's verifiers on a chain whose clock is set, and the collateral of a file brought to them. */

import { sha256 } from '@noble/hashes/sha2.js';
import { type Addressable, hexlify, type Signer } from 'ethers';
import { network } from 'hardhat';
import { decodePem } from '../../signer/evidence/formats/pem.ts';
import { decodeSgxQuote } from '../../signer/evidence/sgx/verifySgx.ts';
import { decodeTdxQuote } from '../../signer/evidence/tdx/verifyTdx.ts';
import type { Bytes } from '../../signer/tee/issuers/der.ts';
import { IntelCertificates__factory } from '../../types/factories/contracts/attestation/verifiers/intel/IntelCertificates__factory.ts';
import { IntelTcb__factory } from '../../types/factories/contracts/attestation/verifiers/intel/IntelTcb__factory.ts';
import { SgxVerifier__factory } from '../../types/factories/contracts/attestation/verifiers/sgx/SgxVerifier__factory.ts';
import { TdxVerifier__factory } from '../../types/factories/contracts/attestation/verifiers/tdx/TdxVerifier__factory.ts';
import { QuorateAccessManager__factory } from '../../types/factories/contracts/governance/QuorateAccessManager__factory.ts';
import { GasMeterMock__factory } from '../../types/factories/contracts/mocks/GasMeterMock__factory.ts';
import { codeOf, LEAD, LOCAL, refusalOf, SALT } from './evidenceChain.ts';

const DAY = 86_400;
export const POLICY = {
  registration: 30 * DAY,
  overdue: 0,
  evaluationGrace: 0,
  leastTcbEvaluation: 0,
  leastQeEvaluation: 0,
};

export const INTERFACES = [
  IntelCertificates__factory,
  IntelTcb__factory,
  TdxVerifier__factory,
  SgxVerifier__factory,
].map((factory) => ({ interface: factory.createInterface() }));

export type IntelKind = 'tdx' | 'sgx';
export type Intel = Awaited<ReturnType<typeof deployIntel>>;
type Contracts = Awaited<ReturnType<typeof deployContracts>>;
type Brought = Contracts & { readonly anyone: Signer };

/** All four contracts under one root, `LEAD` seconds before `at`; the deployer is the vote. */
export async function deployIntel(root: Bytes, at: number, hardfork = 'osaka', policy: object = {}, chainId = LOCAL) {
  const override = { hardfork, chainId, initialDate: new Date((at - LEAD) * 1000), allowBlocksWithSameTimestamp: true };
  const { ethers, networkHelpers } = await network.create({ override });
  const [deployer, anyone] = await ethers.getSigners();
  if (deployer === undefined || anyone === undefined) throw new Error('the chain has no accounts');
  const manager = await new QuorateAccessManager__factory(deployer).deploy(deployer.address);
  const made = await deployContracts(deployer, manager, root, policy);
  const meter = await new GasMeterMock__factory(deployer).deploy();
  return { ethers, helpers: networkHelpers, anyone, ...made, meter };
}

/** On a chain that is there. */
export async function deployContracts(by: Signer, manager: Addressable, root: Bytes, policy: object = {}) {
  const certificates = await new IntelCertificates__factory(by).deploy(manager, root);
  const tcb = await new IntelTcb__factory(by).deploy(manager, certificates, { ...POLICY, ...policy });
  const tdx = await new TdxVerifier__factory(by).deploy(certificates, tcb, SALT);
  const sgx = await new SgxVerifier__factory(by).deploy(certificates, tcb, SALT);
  return { certificates, tcb, tdx, sgx };
}

export type Parts = {
  readonly rootCrl: Bytes;
  readonly pckCrl: Bytes;
  readonly signer: Bytes;
  readonly qeSigner: Bytes;
  readonly tcbInfo: Bytes;
  readonly tcbInfoSignature: Bytes;
  readonly qeIdentity: Bytes;
  readonly qeIdentitySignature: Bytes;
};

/** The parts of a collateral file, as bytes. */
export function partsOf(file: Bytes): Parts {
  const fields = JSON.parse(Buffer.from(file).toString('utf8')) as Record<string, string>;
  const hex = (name: string) => new Uint8Array(Buffer.from(String(fields[name]), 'hex'));
  const text = (name: string) => new Uint8Array(Buffer.from(String(fields[name]), 'utf8'));
  const leaf = (name: string) => decodePem(String(fields[name]), name)[0] ?? new Uint8Array();
  return {
    ...{ rootCrl: hex('root_ca_crl'), pckCrl: hex('pck_crl') },
    ...{ signer: leaf('tcb_info_issuer_chain'), qeSigner: leaf('qe_identity_issuer_chain') },
    ...{ tcbInfo: text('tcb_info'), tcbInfoSignature: hex('tcb_info_signature') },
    ...{ qeIdentity: text('qe_identity'), qeIdentitySignature: hex('qe_identity_signature') },
  };
}

export function chainOf(kind: IntelKind, quote: Bytes): Bytes {
  return (kind === 'tdx' ? decodeTdxQuote(quote) : decodeSgxQuote(quote)).pckChain;
}

const id = (certificate: Bytes) => hexlify(sha256(certificate));

/** Brings what is not known yet, in the order in which one needs the other; anyone may. */
export async function bringAll(it: Brought, chain: Bytes, parts: Parts): Promise<Record<string, bigint>> {
  const certificates = it.certificates.connect(it.anyone);
  const tcb = it.tcb.connect(it.anyone);
  const gas: Record<string, bigint> = {};
  const send = async (name: string, sent: Promise<{ wait(): Promise<{ gasUsed: bigint } | null> }>) => {
    gas[name] = (await (await sent).wait())?.gasUsed ?? 0n;
  };
  const isListed = async (index: bigint) => (await it.certificates.authorityAt(index)).thisUpdate !== 0n;
  if (!(await isListed(0n))) await send('rootCrl', certificates.bringCrl(0, parts.rootCrl));
  for (const signer of [parts.signer, parts.qeSigner])
    if ((await it.certificates.authorityOf(id(signer))) === 0n) await send('signer', certificates.bringSigner(signer));
  await send('pckChain', certificates.bringPck(chain));
  const [, ca = new Uint8Array()] = decodePem(Buffer.from(chain).toString('utf8'), 'chain');
  const issuer = await it.certificates.authorityOf(id(ca));
  if (!(await isListed(issuer))) await send('pckCrl', certificates.bringCrl(issuer, parts.pckCrl));
  const signer = await it.certificates.authorityOf(id(parts.signer));
  const qeSigner = await it.certificates.authorityOf(id(parts.qeSigner));
  await send('tcbInfo', tcb.bringTcbInfo(parts.tcbInfo, parts.tcbInfoSignature, signer)).catch(unlessKnown(it));
  await send('qeIdentity', tcb.bringQeIdentity(parts.qeIdentity, parts.qeIdentitySignature, qeSigner)).catch(
    unlessKnown(it),
  );
  return gas;
}

/** Their errors are all that such a call may end with. */
export function contractsOf({ certificates, tcb, tdx }: Contracts) {
  return [certificates, tcb, tdx];
}

/** The same text a second time is no news, and no harm. */
function unlessKnown(it: Contracts) {
  return (problem: unknown) => {
    const refused = refusalOf(problem, contractsOf(it));
    if (refused?.name !== 'TcbInfoRollback' && refused?.name !== 'QeIdentityRollback') throw problem;
  };
}

/** What the contracts say, as a code of off chain; whatever is no refusal of theirs is thrown. */
export async function codeOfCall(it: Intel, call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return 'accepted';
  } catch (problem) {
    const refused = refusalOf(problem, contractsOf(it));
    if (refused === null) throw problem;
    return codeOf(refused.name);
  }
}
