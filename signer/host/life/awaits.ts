/** Whether anything waits for a newer checkpoint: an idle network follows none. */

import type { Hex } from '../../formats/hex.ts';
import type { KeyRecord } from '../chain/view/keys.ts';
import type { View } from '../chain/view/view.ts';

/** Something that this enclave takes part in has happened after the newest checkpoint. */
export function awaitsFinality(view: Pick<View, 'ledger' | 'checkpoint'>, self: Hex): boolean {
  const { keys } = view.ledger;
  const shown = view.checkpoint()?.number ?? -1;
  return [...keys.values()].some((key) => key.members.includes(self) && isAhead(view, key, shown));
}

function isAhead({ ledger }: Pick<View, 'ledger'>, key: KeyRecord, shown: number): boolean {
  switch (key.state) {
    case 'generating':
      return (
        key.changedIn > shown || key.members.some((id) => (ledger.enclaves.get(id)?.boot?.recordedIn ?? 0) > shown)
      );
    case 'confirmed':
      return key.changedIn > shown;
    case 'active':
      for (const { readyIn } of ledger.requests.ready(key.id)) if ((readyIn ?? 0) > shown) return true;
      return false;
  }
}
