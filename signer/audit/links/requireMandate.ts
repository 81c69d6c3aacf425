/** The request keeps to a mandate: its effects are the mandate's, and its fees within the caps. */

import type { Configuration } from '../../formats/configuration.ts';
import { isEqual, isZero } from '../../formats/equal.ts';
import { toHex } from '../../formats/hex.ts';
import type { Effect, Request } from '../../formats/request.ts';
import { EFFECT_KIND_NUMBERS } from '../../formats/schemes.ts';
import { addressOf } from '../../proof/unpack.ts';
import { broken } from '../broken.ts';
import type { Bundle, Mandate } from '../bundle.ts';
import { placeCall } from '../calls.ts';
import { innerValueAt, POSITIONS } from '../layout.ts';
import type { AuditedState } from '../state.ts';
import { type Shown, shownContract, type Trust } from '../trust.ts';
import type { ProvenRow } from './requireRow.ts';

/** The call that placed the mandate which this request fills, if it has these terms. */
export function mandateCall(request: Request, mandate: Mandate): Uint8Array {
  return placeCall(request, request.effects.slice(0, feesFrom(request.effects)), mandate);
}

/** @throws Broken ROW_MODULE, MANDATE_FEES, Refused */
export function requireMandate(
  state: AuditedState,
  { contracts }: Configuration,
  trust: Trust,
  row: ProvenRow,
  { request }: Pick<Bundle, 'request'>,
  mandate: Mandate,
): Shown {
  const slot = innerValueAt(POSITIONS.keyRegistry.modules, request.keyId, request.requester);
  const module = addressOf(state.word(contracts.keyRegistry.address, slot));
  if (!row.isChanged && !isEqual(module, mandate.module))
    broken(
      'ROW_MODULE',
      `the row's module is ${isZero(module) ? 'none' : toHex(module)}, not ${toHex(mandate.module)}`,
    );
  requireFees(request.effects.slice(feesFrom(request.effects)), mandate);
  return shownContract(state, trust, 'mandates', mandate.module);
}

/** > Where the trailing fees begin (MandateHash.feesFrom) */
function feesFrom(effects: readonly Effect[]): number {
  return effects.findLastIndex(({ kind }) => kind !== EFFECT_KIND_NUMBERS.fee) + 1;
}

/** What the fees in one asset come to is at most its cap; an asset without a cap has none. */
function requireFees(fees: readonly Effect[], { feeCaps }: Mandate): void {
  for (const { asset } of fees) {
    const cap = feeCaps.find((one) => isEqual(one.asset, asset))?.amount ?? 0n;
    const sum = fees.reduce((total, fee) => (isEqual(fee.asset, asset) ? total + fee.amount : total), 0n);
    if (sum > cap) broken('MANDATE_FEES', `fees of ${sum} in ${toHex(asset)}, at most ${cap}`);
  }
}
