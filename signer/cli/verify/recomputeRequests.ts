/** Requests, computed again from their events: id, digests, effects, and each signature up to the root key. */

import type { Hex, Wire } from '../../formats/hex.ts';
import { fromHex } from '../../formats/hex.ts';
import { payloadKind } from '../../formats/kinds.ts';
import type { RefusalKind } from '../../formats/refusal.ts';
import type { Request } from '../../formats/request.ts';
import { named, SCHEME_NUMBERS } from '../../formats/schemes.ts';
import { requestId } from '../../formats/wirePreimages.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import { SIGNING_REQUESTS_ABI } from '../../host/chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import type { History } from '../chain/readLedger.ts';
import { signaturesOf } from '../chain/requestSignatures.ts';
import type { Source } from '../chain/source.ts';
import { compare, type KeyNow, understand } from '../payload/judgePayload.ts';
import { short } from '../words/named.ts';
import { type Check, compared } from './check.ts';
import type { KnownKeys } from './recomputeKeys.ts';
import { holdsUnder, verifyingKeyOf } from './signatureChain.ts';

const FULFILLED = 3;

export async function recomputeRequests(source: Source, history: History, keys: KnownKeys): Promise<readonly Check[]> {
  const asked = history.events.flatMap(({ data }) => (data.event === 'SignatureRequested' ? [data] : []));
  return Promise.all(asked.map(({ id, request }) => recompute(source, history, keys, id, request)));
}

async function recompute(
  source: Source,
  history: History,
  keys: KnownKeys,
  id: Hex,
  request: Wire<Request>,
): Promise<Check> {
  const { rpc, record } = source;
  const contract = addressOf(record, 'signingRequests');
  const state = Number(await view(rpc, contract, SIGNING_REQUESTS_ABI, 'stateOf', [id], 'finalized'));
  const differences: string[] = [];
  if (requestId(record.chainId, contract, request) !== id) differences.push('its id is not that of what it says');
  const key = keys.get(request.keyId);
  if (key === undefined) return compared(`request ${short(id)}`, [...differences, 'there is no such key'], '');
  const payload = payloadProblem(key, request);
  if (payload?.kind === 'final' && state === FULFILLED) differences.push(`it was signed, and ${payload.words}`);
  const signatures = await signaturesOf(source, history, id);
  if (state === FULFILLED) differences.push(...unsigned(source, key, request, signatures));
  return compared(`request ${short(id)}`, differences, detailOf(state, payload, signatures.length));
}

function detailOf(state: number, payload: PayloadProblem | null, signatures: number): string {
  const states = ['none', 'queued', 'ready', 'fulfilled', 'refused', 'expired', 'cancelled'];
  const said = payload === null ? "id; digests and effects are the payload's own" : `id; ${payload.words}`;
  return `${states[state] ?? state}: ${said}${signatures === 0 ? '' : `; ${signatures} signatures up to the root key`}`;
}

type PayloadProblem = { readonly words: string; readonly kind: RefusalKind };

/** Null where enclaves of this release sign it. */
function payloadProblem(key: KeyNow, request: Wire<Request>): PayloadProblem | null {
  const { requester, path, payload } = request;
  const judged = understand(key, {
    ...{ requester: fromHex(requester), path: fromHex(path) },
    ...{ kind: request.kind, payload: fromHex(payload) },
  });
  if ('finding' in judged) return { words: judged.finding.words, kind: judged.kind };
  const effects = request.effects.map(({ kind, asset, recipient, amount, detail }) => ({
    ...{ kind, asset: fromHex(asset), recipient: fromHex(recipient) },
    ...{ amount: BigInt(amount), detail: fromHex(detail) },
  }));
  const found = compare(judged.decoded, { digests: request.digests.map(fromHex), effects });
  return found.is === 'problem' ? { words: found.words, kind: 'final' } : null;
}

/** What is missing between its signatures and the root key. */
function unsigned({ record }: Source, key: KeyNow, request: Wire<Request>, signatures: readonly Hex[]): string[] {
  const { requester, path, digests } = request;
  const scheme = named(SCHEME_NUMBERS, key.scheme);
  const kind = payloadKind(request.kind);
  if (scheme === undefined || kind === undefined) return ['its scheme or kind is not known here'];
  const root = { prefix: key.publicKeyPrefix, x: key.publicKeyX };
  const birth = { chainId: record.chainId, keyRegistry: addressOf(record, 'keyRegistry'), keyId: request.keyId };
  const publicKey = verifyingKeyOf(birth, root, { scheme, requester, path, payloadKind: kind });
  if (signatures.length !== digests.length) return [`${signatures.length} signatures for ${digests.length} digests`];
  return digests.flatMap((digest, at) =>
    holdsUnder(scheme, signatures[at], digest, publicKey)
      ? []
      : [`signature ${at} does not hold under the derived key`],
  );
}
