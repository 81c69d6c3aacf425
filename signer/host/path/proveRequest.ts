/** Stage 4: everything that an enclave must see to sign requests of a key, shown at one finalised block. */

import { hexToBytes } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { slotsForKey, slotsForRequest } from '../../proof/slots.ts';
import type { KeyRecord } from '../chain/view/keys.ts';
import type { Ledger } from '../chain/view/ledger.ts';
import type { Life } from '../life/life.ts';
import type { BlockRef } from '../ports/chain.ts';
import { measured } from './measured.ts';

type Asked = { readonly id: Hex; readonly request: { readonly requester: Hex; readonly replaces: Hex } };

/** The whole committee, whoever signs this time: what the enclave was shown at this block need not be shown again. */
export function proveRequest(
  life: Pick<Life, 'prove'>,
  ledger: Ledger,
  key: KeyRecord,
  requests: readonly Asked[],
  block: BlockRef,
): Promise<void> {
  const keyId = hexToBytes(key.id);
  const asked = requests.flatMap(({ id, request }) =>
    slotsForRequest({
      ...{ id: hexToBytes(id), keyId },
      ...{ requester: hexToBytes(request.requester), replaces: hexToBytes(request.replaces) },
    }),
  );
  return life.prove(block, [...slotsForKey(keyId, measured(ledger, key.members)), ...asked]);
}
