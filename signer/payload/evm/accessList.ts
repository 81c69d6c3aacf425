/** What a transaction says it will touch (EIP-2930): it changes gas and nothing else, and is read to its last byte all the same. */

import { refuse } from '../../formats/refusal.ts';
import type { RlpItem } from '../../proof/rlp.ts';
import { ADDRESS_BYTES } from './address.ts';
import { fixed, WORD } from './fields.ts';

type Bytes = Uint8Array;
export type AccessList = readonly { readonly address: Bytes; readonly keys: readonly Bytes[] }[];

/** > [[{20 bytes}, [{32 bytes}...]]...] */
export function accessList(item: RlpItem | undefined): AccessList {
  return items(item, 'an access list').map((entry) => {
    const [address, keys, ...more] = items(entry, 'an entry');
    if (address === undefined || keys === undefined || more.length > 0)
      return refuse('EVM_ACCESS_LIST', 'an entry that is not address and keys');
    return {
      address: fixed(address, ADDRESS_BYTES, 'EVM_ACCESS_LIST'),
      keys: items(keys, 'keys').map((key) => fixed(key, WORD, 'EVM_ACCESS_LIST')),
    };
  });
}

function items(item: RlpItem | undefined, what: string): readonly RlpItem[] {
  return item?.kind === 'list' ? item.items : refuse('EVM_ACCESS_LIST', `${what} that is no list`);
}
