/** Evidence for the registry: this identity, run by this operator, inside this measurement, on the chain of this block. */

import { reportData } from '../../formats/attestation.ts';
import { registrationDigest } from '../../formats/eip712.ts';
import { toHex } from '../../formats/hex.ts';
import { MAX_HEADER_BYTES } from '../../proof/header.ts';
import type { Result } from '../api.ts';
import { challengeOf } from '../challenge.ts';
import { type Decoded, hexOf, hexUpTo, integerOf, nullOr, object, textUpTo } from '../decode/decoder.ts';
import { signHash } from '../identity.ts';
import type { Rooted } from '../process.ts';

const MAX_ENDPOINT_BYTES = 256;
export const attestParams = object({
  operator: hexOf(20),
  region: hexOf(32),
  tlsKey: hexOf(32),
  endpoint: textUpTo(MAX_ENDPOINT_BYTES),
  epoch: integerOf(32),
  block: hexOf(32),
  child: nullOr(hexUpTo(MAX_HEADER_BYTES)),
});

export async function attest(life: Rooted, params: Decoded<typeof attestParams>): Promise<Result<'attest'>> {
  const { operator, region, tlsKey, endpoint, epoch } = params;
  const block = challengeOf(life, params);
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
