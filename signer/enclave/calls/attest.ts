/** Evidence for the registry: this identity, run by this operator, inside this measurement, having seen the chain up to this block. */

import { reportData } from '../../formats/attestation.ts';
import { registrationDigest } from '../../formats/eip712.ts';
import { toHex } from '../../formats/hex.ts';
import type { Result } from '../api.ts';
import type { UnverifiedParams } from '../decode/decodeCall.ts';
import { proveState } from '../head.ts';
import { signHash } from '../identity.ts';
import type { Life } from '../life.ts';

export async function attest(life: Life, params: UnverifiedParams['attest']): Promise<Result<'attest'>> {
  const { operator, region, tlsKey, endpoint, epoch, header } = params;
  const { block } = proveState(life, { header, accounts: [] });
  const { chainId, contracts } = life.configuration;
  const enclaveRegistry = contracts.enclaveRegistry.address;
  const identity = life.kept.state.identity;
  const subject = { operator, identity: identity.address, epoch, challenge: block.hash };
  const report = reportData({ chainId, enclaveRegistry, ...subject });
  const evidence = await life.ports.tee.evidence(report);
  const registration = { ...subject, region, tlsKey, endpoint, challengeBlock: block.number, tee: life.tee };
  return {
    tee: toHex(life.tee),
    challenge: toHex(block.hash),
    challengeBlock: block.number,
    reportData: toHex(report),
    evidence: toHex(evidence),
    identitySignature: toHex(signHash(identity, registrationDigest(chainId, enclaveRegistry, registration))),
  };
}
