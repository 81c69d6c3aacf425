/** Whether anything waits for a newer checkpoint: an idle network follows none. */

import type { Hex } from '../../formats/hex.ts';
import type { KeyRecord } from '../chain/view/keys.ts';
import type { View } from '../chain/view/view.ts';
import { needsPairs } from '../convene/pairs.ts';

/** Something that this enclave takes part in has happened after the newest checkpoint. */
export function awaitsFinality(view: Pick<View, 'ledger' | 'checkpoint'>, self: Hex): boolean {
  const { keys } = view.ledger;
  const shown = view.checkpoint()?.number ?? -1;
  return [...keys.values()].some((key) => key.members.includes(self) && isAhead(view, key, shown));
}

function isAhead({ ledger }: Pick<View, 'ledger'>, key: KeyRecord, shown: number): boolean {
  switch (key.state) {
    case 'generating':
      return key.changedIn > shown || hasBooted(ledger, key, shown);
    case 'confirmed':
      return key.changedIn > shown || (needsPairs(key) && hasBooted(ledger, key, shown));
    case 'active':
      if (needsPairs(key) && hasBooted(ledger, key, shown)) return true;
      for (const { readyIn } of ledger.requests.ready(key.id)) if ((readyIn ?? 0) > shown) return true;
      return false;
  }
}

function hasBooted({ enclaves }: View['ledger'], { members }: KeyRecord, shown: number): boolean {
  return members.some((id) => (enclaves.get(id)?.boot?.recordedIn ?? 0) > shown);
}
