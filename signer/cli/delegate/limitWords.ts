/** What a delegate may ask for by itself, in words: its limits as a vote sets them. */

import { fromHex, type Hex } from '../../formats/hex.ts';
import { BITCOIN_ASSET } from '../../payload/caip.ts';
import { kindsOf } from '../look/keys.ts';
import { amountWords } from '../words/assets.ts';
import { recipientWords, type Telling } from '../words/effectWords.ts';
import { duration, time } from '../words/named.ts';

export type Cap = {
  readonly asset: Hex;
  readonly capacity: bigint;
  readonly window: number;
  readonly feeCap: bigint;
};
export type Limits = {
  readonly expiresAt: number;
  readonly kinds: number;
  readonly maxUnsettled: number;
  readonly recipients: readonly Hex[];
  readonly targets: readonly Hex[];
  readonly caps: readonly Cap[];
};

export function limitWords(limits: Limits, telling: Telling): string[] {
  const { expiresAt, kinds, maxUnsettled, recipients, targets, caps } = limits;
  return [
    `payloads of kind ${kindsOf(kinds).join(', ')}, ${maxUnsettled} of a path signed and not settled at once`,
    ...caps.map(capWords),
    recipients.length === 0 ? 'to anybody' : `to ${recipients.map((one) => recipientShown(one, telling)).join(', ')}`,
    targets.length === 0 ? 'no calls' : `calls of ${targets.join(', ')}`,
    `until ${time(expiresAt)}; asked for by then and signed by then`,
  ];
}

export function capWords({ asset, capacity, window, feeCap }: Cap): string {
  const most = `${amountWords(capacity, asset)} at once, refilled evenly in ${duration(window)}`;
  return `${most}; of it ${amountWords(feeCap, asset)} of fees for one request`;
}

function recipientShown(recipient: Hex, { address }: Telling): string {
  const bytes = fromHex(recipient);
  return address(bytes) ?? recipientWords(bytes.length === 20 ? new Uint8Array(32) : BITCOIN_ASSET, bytes, address);
}
