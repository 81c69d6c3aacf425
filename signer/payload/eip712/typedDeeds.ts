/** What typed data do; what is not known is named to the last bit. */

import type { Deed } from '../evm/deed.ts';
import type { Domain } from './domain.ts';
import { given } from './given.ts';
import type { Bound } from './knownTypes.ts';
import { MEANINGS, requireSafe, SAFE_TRANSACTION } from './knownTypes.ts';
import type { TypedData } from './typedData.ts';

/** @throws Refused EVM_CALLDATA, NESTED_DELEGATECALL, SAFE_REFUND, TYPED_VALUE */
export function typedDeeds(data: TypedData): readonly Deed[] {
  if (data.type === SAFE_TRANSACTION) requireSafe(given(data.message));
  return meaning(data) ?? [unknown(data)];
}

function meaning({ domain, type, message }: TypedData): readonly Deed[] | null {
  const bound = boundOf(domain);
  return bound === null ? null : (MEANINGS.get(type)?.(bound, given(message)) ?? null);
}

/** Null: it names no chain or no contract, so that nobody can say what it does, or where. */
export function boundOf({ chain, contract }: Domain): Bound | null {
  return chain === null || contract === null ? null : { chain, contract };
}

function unknown({ domain: { chain, contract, separator }, type, structHash }: TypedData): Deed {
  return { kind: 'typed-data', chain, contract, separator, type, structHash };
}
