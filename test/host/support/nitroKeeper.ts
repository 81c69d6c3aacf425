/** The Nitro verifier and the contract that keeps its certificates, as far as a host asks them. */

import { decodeFunctionData, encodeFunctionResult } from 'viem';
import type { Hex } from '../../../signer/formats/hex.ts';
import { NITRO_CERTIFICATES_ABI, NITRO_VERIFIER_ABI } from '../../../signer/host/chain/abi.ts';
import { word } from './fakeChain.ts';

export const VERIFIER: Hex = `0x${'be'.repeat(20)}`;
export const CERTIFICATES: Hex = `0x${'ce'.repeat(20)}`;

/** What the two contracts answer, where these certificates are brought. */
export function answering(brought: ReadonlySet<Hex>) {
  return (to: Hex, data: Hex): Hex => {
    if (to === VERIFIER)
      return encodeFunctionResult({ abi: NITRO_VERIFIER_ABI, functionName: 'certificates', result: CERTIFICATES });
    const { args } = decodeFunctionData({ abi: NITRO_CERTIFICATES_ABI, data });
    const notAfter = brought.has(args![0]!) ? 1 : 0;
    return encodeFunctionResult({
      abi: NITRO_CERTIFICATES_ABI,
      functionName: 'certificateOf',
      result: { parent: word(1), isCa: true, room: 1, notBefore: 1, notAfter, serial: 1n, subject: word(1) },
    });
  };
}
