/** What a proposal calls first and last so that it is not executed in another world than it was voted in. */

import { encodeFunctionData, keccak256 } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import * as answers from '../../host/adapters/answers.ts';
import { Fatal } from '../../host/errors.ts';
import { CODE_HASH_GUARD_ABI, LIVENESS_GUARD_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import { knownKey } from '../chain/knownKey.ts';
import { requireAddress } from '../chain/sender.ts';
import type { Source } from '../chain/source.ts';
import type { Options } from '../command.ts';
import { type Action, listed } from './proposal.ts';

type Where = Pick<Source, 'rpc' | 'record'>;
type Guards = { readonly first: readonly Action[]; readonly last: readonly Action[] };

export function guarded(actions: readonly Action[], { first, last }: Guards): readonly Action[] {
  return actions.length === 0 ? [] : [...first, ...actions, ...last];
}

export async function guardsOf({ rpc, record }: Where, options: Options): Promise<Guards> {
  const first = await Promise.all(listed(options['guard-code']).map((text) => codeGuard(requireAddress(text))));
  const keys = await Promise.all(listed(options['keep-live']).map((text) => knownKey({ rpc, record }, text)));
  return { first, last: keys.length === 0 ? [] : [livenessGuard(keys)] };

  async function codeGuard(account: Hex): Promise<Action> {
    const code = answers.data(await rpc('eth_getCode', [account, 'latest']), 'the code of a contract');
    const why =
      code === '0x' ? 'has no code' : code.startsWith('0xef0100') ? 'delegates to code that its key can change' : null;
    if (why !== null)
      throw new Fatal(
        'CONFIG_INVALID',
        `${account} ${why}: a guard of it would guard nothing`,
        'Leave it out of --guard-code.',
      );
    const data = encodeFunctionData({
      abi: CODE_HASH_GUARD_ABI,
      functionName: 'requireCode',
      args: [account, keccak256(code)],
    });
    const words = [`stop here unless the code at ${account} is still what it is now`];
    return { contract: 'codeHashGuard.requireCode', target: addressOf(record, 'codeHashGuard'), data, words };
  }

  function livenessGuard(ids: readonly Hex[]): Action {
    const data = encodeFunctionData({ abi: LIVENESS_GUARD_ABI, functionName: 'requireLive', args: [ids, 0] });
    const words = [`undo all of it unless enough members of ${ids.join(', ')} still serve`];
    return { contract: 'livenessGuard.requireLive', target: addressOf(record, 'livenessGuard'), data, words };
  }
}
