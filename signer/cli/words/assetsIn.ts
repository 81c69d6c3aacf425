/** The assets that an EVM payload names by their CAIP-19 ids: its effects carry only hashes of them (docs/formats.md). */

import { payloadKind } from '../../formats/kinds.ts';
import { Refused } from '../../formats/refusal.ts';
import { type AssetId, nativeAsset } from '../../payload/caip.ts';
import { decodeTypedData } from '../../payload/eip712/typedData.ts';
import { typedDeeds } from '../../payload/eip712/typedDeeds.ts';
import type { Deed } from '../../payload/evm/deed.ts';
import { evmDeeds } from '../../payload/evm/evmDeeds.ts';
import { decodeTransaction } from '../../payload/evm/transaction.ts';

/** None of what no enclave decodes. */
export function assetsIn(kind: number, payload: Uint8Array): readonly AssetId[] {
  try {
    return [...new Set(deedsOf(kind, payload).flatMap(named))];
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}

function deedsOf(kind: number, payload: Uint8Array): readonly Deed[] {
  switch (payloadKind(kind)) {
    case 'evm-transaction':
      return evmDeeds(decodeTransaction(payload));
    case 'eip712':
    case 'eip712-unbound':
      return typedDeeds(decodeTypedData(payload));
    default:
      return [];
  }
}

function named(deed: Deed): readonly AssetId[] {
  if ('asset' in deed) return [deed.asset];
  return 'value' in deed ? [nativeAsset(deed.chain)] : [];
}
