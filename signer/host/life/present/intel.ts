/**
 * A TDX or SGX quote, as it is: once the chain has the revocation lists of the root and of the CA, the PCK chain, TCB info of the platform and the
 * identity of its quoting enclave, none of them due (docs/contracts/intel.md). Before that, the first of it that is missing.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { encodeFunctionData, hexToBytes, keccak256 } from 'viem';
import { teeOf } from '../../../evidence/identity.ts';
import { type Hex, toHex } from '../../../formats/hex.ts';
import { INTEL_CERTIFICATES_ABI, QUOTE_VERIFIER_ABI } from '../../chain/abi.ts';
import { readView } from '../../chain/readView.ts';
import { lower } from '../../chain/view/events.ts';
import type { Chain } from '../../ports/chain.ts';
import type { IntelTee } from '../../ports/pcs.ts';
import type { BringCollateral } from '../../posting/goals/bringCollateral.ts';
import { authorityOf, bringList } from './intelLists.ts';
import { type QuotedPlatform, quotedPlatform } from './intelPlatform.ts';
import { bringQeIdentity, bringTcbInfo, type Keepers } from './intelTexts.ts';
import { type Askable, type Present, usable } from './presented.ts';

const ROOT = 0;

export function presentIntel(kind: IntelTee): Present {
  return async (evidence, at, ports) => {
    const platform = usable(() => quotedPlatform(kind, hexToBytes(evidence)));
    const verifier = await ports.chain.verifierOf(toHex(teeOf(kind)));
    if (verifier === null) return { evidence, first: null }; // the registry says what it thinks of that
    const keepers = await keepersAt(verifier, ports.chain);
    return { evidence, first: await firstMissing(kind, platform, keepers, at, ports) };
  };
}

/** What the verifier of such quotes asks. */
export async function keepersAt(verifier: Hex, chain: Pick<Chain, 'call'>): Promise<Keepers> {
  const [certificates, tcb] = await Promise.all([
    readView(chain, verifier, QUOTE_VERIFIER_ABI, 'certificates', []),
    readView(chain, verifier, QUOTE_VERIFIER_ABI, 'tcb', []),
  ]);
  return { certificates: lower(certificates), tcb: lower(tcb) };
}

/** In the order in which one needs the other. */
async function firstMissing(
  kind: IntelTee,
  platform: QuotedPlatform,
  keepers: Keepers,
  at: number,
  ports: Askable,
): Promise<BringCollateral | null> {
  const { certificates } = keepers;
  const issuer = () => authorityOf(sha256(platform.ca.encoded), certificates, ports.chain);
  return (
    (await bringList('root', ROOT, certificates, at, ports)) ??
    (await bringPck(platform, certificates, ports)) ??
    (await bringList(platform.listOf, await issuer(), certificates, at, ports)) ??
    (await bringTcbInfo(kind, platform.fmspc, keepers, at, ports)) ??
    (await bringQeIdentity(kind, keepers, at, ports))
  );
}

async function bringPck(
  { chain: pem }: QuotedPlatform,
  keeper: Hex,
  { chain }: Askable,
): Promise<BringCollateral | null> {
  const abi = INTEL_CERTIFICATES_ABI;
  const args = [keccak256(pem)] as const;
  if (await readView(chain, keeper, abi, 'isBrought', args)) return null;
  const view = encodeFunctionData({ abi, functionName: 'isBrought', args });
  const data = encodeFunctionData({ abi, functionName: 'bringPck', args: [toHex(pem)] });
  return { kind: 'bring-collateral', keeper, data, there: { view, word: 0, least: 1 } };
}
