/** What a request would draw on its delegate's limits, and what would be left of them. */

import type { Hex } from '../../formats/hex.ts';
import type { Sender } from '../chain/sender.ts';
import type { Source } from '../chain/source.ts';
import { type Finding, fine, problem, warning } from '../finding.ts';
import type { Asking } from '../payload/intent.ts';
import { amountWords } from '../words/assets.ts';
import { time } from '../words/named.ts';
import { leftWords } from './limits.ts';
import { type CapLeft, limitsLeft, placesTaken } from './limitsLeft.ts';

/** Another guard than SpendingLimits is asked by the chain alone. */
export async function askLimits(source: Source, asking: Asking, { address }: Sender): Promise<Finding[]> {
  const { intent, row } = asking;
  const delegate = { keyId: intent.keyId, requester: address };
  const { limits, caps, binds } = await limitsLeft(source, delegate);
  if (!binds) return [otherGuard(row.guard)];
  if (limits === null) return [problem('no vote has set limits for this delegate, so it may ask for nothing')];
  const [place] = await placesTaken(source, delegate, [intent.path]);
  return [
    ...(limits.expiresAt < intent.deadline ? [tooLate(limits.expiresAt)] : []),
    ...drawn(intent.effects, caps),
    ...placeFinding(place?.taken ?? 0, limits.maxUnsettled, row.delay),
  ];
}

function otherGuard(guard: Hex): Finding {
  return BigInt(guard) === 0n
    ? warning('no guard limits this requester')
    : warning(`guard ${guard} is asked about it; what it says beyond this one try is not known here`);
}

function tooLate(expiresAt: number): Finding {
  return problem(`it could be signed after the limits are over, at ${time(expiresAt)}: shorten --valid`);
}

type Effects = Asking['intent']['effects'];

/** > transfers, approvals, fees and values of calls all draw from it (ISpendingLimits.sol) */
export function drawn(effects: Effects, caps: readonly CapLeft[]): Finding[] {
  const sums = new Map<Hex, bigint>();
  for (const { asset, amount } of effects) sums.set(asset, (sums.get(asset) ?? 0n) + amount);
  return [...sums].filter(([, sum]) => sum > 0n).map(([asset, sum]) => draw(asset, sum, caps));
}

function draw(asset: Hex, sum: bigint, caps: readonly CapLeft[]): Finding {
  const cap = caps.find((one) => one.asset === asset);
  const words = `it draws ${amountWords(sum, asset)}`;
  if (cap === undefined) return problem(`${words}, of which the limits let nothing go`);
  if (cap.left < sum) return problem(`${words}, too much: ${leftWords(cap)}`);
  return fine(`${words} and leaves ${amountWords(cap.left - sum, asset)} of ${amountWords(cap.capacity, asset)}`);
}

/** A place is taken at READY: until then one may be settled. */
function placeFinding(taken: number, most: number, delay: number): Finding[] {
  if (taken < most) return [];
  const words = `${taken} of ${most} payloads of this path are signed and not settled`;
  return [
    delay === 0 ? problem(`${words}: one has to be first`) : warning(`${words}: one has to be before it is READY`),
  ];
}
