/** A Nitro document: with hints for its signature, once each certificate of its chain is brought, issuers first (docs/contracts/nitro.md). */

import { encodeFunctionData, hexToBytes } from 'viem';
import { type CertificateToBring, certificatesToBring, nitroEvidence } from '../../../evidence/nitro/onChain.ts';
import { isRefusal, refusable } from '../../../evidence/refusal.ts';
import { type Hex, toHex } from '../../../formats/hex.ts';
import { NITRO_CERTIFICATES_ABI } from '../../chain/abi.ts';
import { Retryable } from '../../errors.ts';
import type { BringCertificate } from '../../posting/goals/bringCertificate.ts';
import type { Collateral, Presented } from './presented.ts';

/** One certificate at a time: below an issuer that nobody knows yet none is taken. */
export async function presentNitro(document: Hex, chain: Collateral): Promise<Presented> {
  const { evidence, chainOf } = usable(() => ({
    evidence: toHex(nitroEvidence(hexToBytes(document))),
    chainOf: certificatesToBring(hexToBytes(document)),
  }));
  const certificates = await chain.nitroCertificates();
  if (certificates === null) return { evidence, first: null }; // the registry says what it thinks of that
  for (const certificate of chainOf)
    if (!(await chain.isBrought(certificates, toHex(certificate.id))))
      return { evidence, first: bringing(certificates, certificate) };
  return { evidence, first: null };
}

function bringing(certificates: Hex, { certificate, id, parent, hints }: CertificateToBring): BringCertificate {
  const args = [toHex(certificate), toHex(parent), toHex(hints)] as const;
  const data = encodeFunctionData({ abi: NITRO_CERTIFICATES_ABI, functionName: 'bring', args });
  return { kind: 'bring-certificate', certificates, id: toHex(id), data };
}

/** The TEE may be broken, or this host too old for its documents: no reason to end. */
function usable<T>(read: () => T): T {
  const found = refusable(read);
  if (!isRefusal(found)) return found;
  throw new Retryable('EVIDENCE_UNUSABLE', `the enclave's document: ${found.code}: ${found.detail}`);
}
