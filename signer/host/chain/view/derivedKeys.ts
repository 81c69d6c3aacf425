/** Derived keys that the chain has accepted, from the events of DerivedKeys. */

import type { Hex } from '../../../formats/hex.ts';
import type { DERIVED_KEYS_ABI } from '../abi.ts';
import { type Events, lower, type Of } from './events.ts';

/** Which derived key: of whom, at which path. */
export type Derived = { readonly keyId: Hex; readonly requester: Hex; readonly path: Hex };
export type DerivedKeyEvent = Of<'DerivedKeyClaimed', Derived>;

type State = { readonly claimed: Map<string, Derived> };

export const derivedKeyEvents: Events<typeof DERIVED_KEYS_ABI, DerivedKeyEvent, State> = {
  DerivedKeyClaimed: {
    read: ({ keyId, requester, path }) => ({ keyId, requester: lower(requester), path }),
    fold: ({ claimed }, { keyId, requester, path }) =>
      void claimed.set(derivedName({ keyId, requester, path }), { keyId, requester, path }),
  },
};

export function derivedName({ keyId, requester, path }: Derived): string {
  return `${keyId} ${requester} ${path}`;
}
