/** One request as it was asked for, and what was signed of it. */

import type { Request } from '../../enclave/api.ts';
import type { Hex } from '../../formats/hex.ts';
import type { RequestRecord } from '../../host/chain/view/requestIndex.ts';
import { Fatal } from '../../host/errors.ts';
import { type History, readHistory } from '../chain/readLedger.ts';
import { signaturesOf } from '../chain/requestSignatures.ts';
import type { Source } from '../chain/source.ts';
import { idOf } from '../words/named.ts';

export type RequestAsked = {
  readonly id: Hex;
  readonly request: Request;
  readonly state: RequestRecord['state'];
  readonly signatures: readonly Hex[];
};

/** @param text its id, or the first characters of it. @throws Fatal CONFIG_INVALID */
export async function askedOf(source: Source, text: string): Promise<RequestAsked> {
  const history = await readHistory(source.chain, source.startBlock);
  const known = [...history.ledger.requests.values()];
  const id = idOf(
    known.map((one) => one.id),
    text,
    'request',
  );
  const state = known.find((one) => one.id === id)?.state ?? 'queued';
  return { id, state, request: requestIn(history, id), signatures: await signaturesOf(source, history, id) };
}

/** As its event has it. @throws Fatal CONFIG_INVALID */
export function requestIn({ events }: Pick<History, 'events'>, id: Hex): Request {
  const asked = events.find(({ data }) => data.event === 'SignatureRequested' && data.id === id)?.data;
  if (asked?.event === 'SignatureRequested') return asked.request;
  throw new Fatal('CONFIG_INVALID', `nobody has asked for ${id}`, '`quorate requests` lists them.');
}
