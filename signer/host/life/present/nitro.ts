/** A Nitro document: with hints for its signature, once each certificate of its chain is brought, issuers first (docs/contracts/nitro.md). */

import { encodeFunctionData, hexToBytes } from 'viem';
import { teeOf } from '../../../evidence/identity.ts';
import { type CertificateToBring, certificatesToBring, nitroEvidence } from '../../../evidence/nitro/onChain.ts';
import { type Hex, toHex } from '../../../formats/hex.ts';
import { NITRO_CERTIFICATES_ABI, NITRO_VERIFIER_ABI } from '../../chain/abi.ts';
import { readView } from '../../chain/readView.ts';
import { lower } from '../../chain/view/events.ts';
import { type BringCollateral, isThere } from '../../posting/goals/bringCollateral.ts';
import { type Askable, type Presented, usable } from './presented.ts';

const TEE = toHex(teeOf('nitro'));
/** Of a certificate's view: zero where nobody has brought it. */
const NOT_AFTER = 4;

/** One certificate at a time: below an issuer that nobody knows yet none is taken. */
export async function presentNitro(document: Hex, _at: number, { chain }: Askable): Promise<Presented> {
  const { evidence, chainOf } = usable(() => ({
    evidence: toHex(nitroEvidence(hexToBytes(document))),
    chainOf: certificatesToBring(hexToBytes(document)),
  }));
  const verifier = await chain.verifierOf(TEE);
  if (verifier === null) return { evidence, first: null }; // the registry says what it thinks of that
  const certificates = lower(await readView(chain, verifier, NITRO_VERIFIER_ABI, 'certificates', []));
  for (const certificate of chainOf) {
    const goal = bringing(certificates, certificate);
    if (!(await isThere(chain, certificates, goal.there))) return { evidence, first: goal };
  }
  return { evidence, first: null };
}

function bringing(keeper: Hex, { certificate, id, parent, hints }: CertificateToBring): BringCollateral {
  const args = [toHex(certificate), toHex(parent), toHex(hints)] as const;
  const data = encodeFunctionData({ abi: NITRO_CERTIFICATES_ABI, functionName: 'bring', args });
  const named = { abi: NITRO_CERTIFICATES_ABI, functionName: 'certificateOf', args: [toHex(id)] } as const;
  const there = { view: encodeFunctionData(named), word: NOT_AFTER, least: 1 };
  return { kind: 'bring-collateral', keeper, data, there };
}
