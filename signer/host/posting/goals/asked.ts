/** What calls about a request bring: its header, and what it wants signed. As JSON, because it outlives the process. */

import type { Hex } from '../../../formats/hex.ts';
import type { Ledger, RequestState } from '../../chain/view/ledger.ts';
import { requestHeader } from '../../chain/preimages.ts';

type Header = ReturnType<typeof requestHeader>;
export type Asked = {
  readonly header: Omit<Header, 'counter'> & { readonly counter: string };
  readonly digests: readonly Hex[];
};

/** As the contract numbers it (docs/storage.md). */
export const REQUEST = { queued: 1, ready: 2, fulfilled: 3, refused: 4, expired: 5 } as const;

export function stateOf({ requests }: Ledger, id: Hex): RequestState | undefined {
  return requests.get(id)?.state;
}

/** Null for a request that has ended, or was never seen. */
export function askedOf({ requests }: Ledger, id: Hex): Asked | null {
  const request = requests.get(id)?.request ?? null;
  if (request === null) return null;
  const header = requestHeader(request);
  return { header: { ...header, counter: String(header.counter) }, digests: request.digests };
}

export function headerOf({ header }: Asked): Header {
  return { ...header, counter: BigInt(header.counter) };
}
