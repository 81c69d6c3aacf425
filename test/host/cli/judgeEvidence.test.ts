/** One's own evidence before gas is spent on it: what the contracts would refuse is refused here, under a name and with what they have. */

import { sha256 } from '@noble/hashes/sha2.js';
import { expect } from 'chai';
import { bytesToBigInt, decodeFunctionData, encodeFunctionResult, keccak256 } from 'viem';
import { judgeEvidence } from '../../../signer/cli/doctor/judgeEvidence.ts';
import { teeOf } from '../../../signer/evidence/identity.ts';
import { decodeEnvelope } from '../../../signer/evidence/nitro/document.ts';
import { certificateId } from '../../../signer/evidence/nitro/onChain.ts';
import { isRefusal } from '../../../signer/evidence/refusal.ts';
import { verifyEvidence } from '../../../signer/evidence/verifyEvidence.ts';
import { decodeCertificate } from '../../../signer/evidence/x509/certificate.ts';
import { type Hex, toHex } from '../../../signer/formats/hex.ts';
import { NITRO_CERTIFICATES_ABI, NITRO_VERIFIER_ABI } from '../../../signer/host/chain/abi.ts';
import { quotedPlatform } from '../../../signer/host/life/present/intelPlatform.ts';
import * as intel from '../../evidence/support/intelWriter.ts';
import { NITRO_AT, NITRO_ROOT, nitroDocument, nitroVerifier } from '../../evidence/support/nitroWriter.ts';
import { fakeChain, word } from '../support/fakeChain.ts';
import { intelKeepers, VERIFIER } from '../support/intelKeepers.ts';
import { NO_PCS } from '../support/noPcs.ts';
import { publishedIn } from '../support/published.ts';

const DAY = 86_400;
const OUTDATED = { qe: { ...intel.QE, isvSvn: 4 } };
const OUT_OF_DATE = 4;

async function said(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'accepted',
    (error: unknown) => (error as Error).message,
  );
}

describe('one’s own quote', () => {
  const world = (kind: 'tdx' | 'sgx' = 'tdx', root = intel.INTEL_ROOT) => {
    const [chain, keepers] = [fakeChain(), intelKeepers(sha256(root))];
    chain.views.call = keepers.call;
    const pcs = publishedIn(() => intel.collateral(kind));
    const judge = (evidence: Uint8Array, at = intel.INTEL_AT) =>
      judgeEvidence(toHex(teeOf(kind)), toHex(evidence), VERIFIER, at, { chain, pcs });
    return { keepers, chain, judge };
  };

  for (const kind of ['tdx4', 'tdx5', 'sgx3'] as const)
    it(`of ${kind} is what evidence is anywhere, under the network's own salt`, async () => {
      const { keepers, judge } = world(kind === 'sgx3' ? 'sgx' : 'tdx');
      const evidence = intel.intelEvidence(kind);
      const platformSalt = new Uint8Array(32).fill(9);
      keepers.voted.salt = toHex(platformSalt);
      keepers.policy.registration = 5 * DAY;
      const elsewhere = verifyEvidence(evidence, intel.intelVerifier({ platformSalt, registrationSeconds: 5 * DAY }));
      if (isRefusal(elsewhere)) throw new Error(elsewhere.code);
      expect(await judge(evidence.bytes)).to.deep.equal(elsewhere);
    });

  it('is refused under another root than the chain’s, with a bad signature, and of another kind', async () => {
    const { bytes } = intel.intelEvidence('tdx4');
    expect(await said(world('tdx', intel.cert('ca')).judge(bytes))).to.contain('CHAIN_ROOT');
    expect(await said(world().judge(bytes.with(100, bytes[100]! ^ 1)))).to.match(/QUOTE_SIGNATURE/);
    expect(await said(world('sgx').judge(bytes))).to.contain('QUOTE_VERSION');
  });

  it('of a platform that is out of date is refused, until a vote allows that with its advisories', async () => {
    const { keepers, judge } = world();
    const { bytes } = intel.intelEvidence('tdx4', OUTDATED);
    expect(await said(judge(bytes))).to.match(/^TCB_STATUS: the platform is OutOfDate .*INTEL-SA-4/);
    keepers.voted.advisories.push('INTEL-SA-1', 'INTEL-SA-4');
    keepers.voted.allowed.set(OUT_OF_DATE, 1n);
    expect(await said(judge(bytes)), 'with another advisory').to.contain('TCB_STATUS');
    keepers.voted.allowed.set(OUT_OF_DATE - 1, 2n);
    expect(await said(judge(bytes)), 'with another status').to.contain('TCB_STATUS');
    keepers.voted.allowed.set(OUT_OF_DATE, 2n);
    expect(await said(judge(bytes))).to.equal('accepted');
  });

  it('is refused with collateral that is overdue, or of an older evaluation than a vote wants', async () => {
    const { keepers, judge } = world();
    const { bytes } = intel.intelEvidence('tdx4');
    expect(await said(judge(bytes, intel.INTEL_AT + 365 * DAY))).to.match(/_EXPIRED/);
    keepers.policy.leastTcbEvaluation = 1_000;
    expect(await said(judge(bytes))).to.contain('the chain wants 1000');
  });

  it('is refused where a vote has revoked its CA, or its PCK certificate', async () => {
    const { bytes } = intel.intelEvidence('tdx4');
    const { ca, pck } = quotedPlatform('tdx', bytes);
    const ofCa = world();
    ofCa.keepers.voted.revoked.add(`0 ${bytesToBigInt(ca.serial)}`);
    expect(await said(ofCa.judge(bytes))).to.contain('CERTIFICATE_REVOKED');
    const ofPck = world();
    ofPck.keepers.voted.revoked.add(`1 ${bytesToBigInt(pck.serial)}`);
    expect(await said(ofPck.judge(bytes)), 'of a CA that nobody has brought').to.equal('accepted');
    ofPck.keepers.authorities.push({ ...ofPck.keepers.authorities[0]!, id: toHex(sha256(ca.encoded)) });
    expect(await said(ofPck.judge(bytes))).to.contain('CERTIFICATE_REVOKED');
  });

  it('of a TEE that nobody knows is not judged', async () => {
    const ports = { chain: fakeChain(), pcs: NO_PCS };
    expect(await said(judgeEvidence(word(1), '0x00', VERIFIER, 0, ports))).to.contain('nobody here verifies');
  });
});

describe('one’s own Nitro document', () => {
  const world = (root = NITRO_ROOT) => {
    const chain = fakeChain();
    const revoked = new Set<string>();
    const seconds = { documentSeconds: 3_600, registrationSeconds: DAY };
    chain.views.call = (_to: Hex, data: Hex): Hex => {
      const abi = [...NITRO_VERIFIER_ABI, ...NITRO_CERTIFICATES_ABI] as const;
      const { functionName, args } = decodeFunctionData({ abi, data });
      const answers: Record<string, unknown> = {
        ...{
          certificates: VERIFIER,
          platformSalt: word(7),
          root: toHex(certificateId(decodeCertificate(root, 'the root'))),
          ...seconds,
        },
        isRevoked: revoked.has(args?.join(' ') ?? ''),
      };
      return encodeFunctionResult({ abi, functionName, result: answers[functionName] } as never);
    };
    const judge = (document = nitroDocument(), at = NITRO_AT) =>
      judgeEvidence(toHex(teeOf('nitro')), toHex(document), VERIFIER, at, { chain, pcs: NO_PCS });
    return { revoked, judge };
  };

  it('is what evidence is anywhere, under the network’s own salt and times', async () => {
    const platformSalt = new Uint8Array(32).with(31, 7);
    const policy = { platformSalt, registrationSeconds: DAY };
    const document = nitroDocument();
    const elsewhere = verifyEvidence({ bytes: document }, nitroVerifier(policy));
    if (isRefusal(elsewhere)) throw new Error(elsewhere.code);
    expect(await world().judge(document)).to.deep.equal(elsewhere);
  });

  it('is refused under another root, when it is old, and where it is none', async () => {
    expect(await said(world(intel.INTEL_ROOT).judge())).to.contain('CHAIN_ROOT');
    expect(await said(world().judge(nitroDocument(), NITRO_AT + 3_601))).to.contain('NITRO_STALE');
    expect(await said(world().judge(Uint8Array.of(0x84)))).to.contain('the enclave');
  });

  it('is refused where a vote has revoked its leaf', async () => {
    const { revoked, judge } = world();
    const document = nitroDocument();
    const { issuer, serial } = decodeCertificate(decodeEnvelope(document).document.certificate, 'the leaf');
    revoked.add(`${keccak256(issuer)} ${bytesToBigInt(serial)}`);
    expect(await said(judge(document))).to.contain('CERTIFICATE_REVOKED');
  });
});
