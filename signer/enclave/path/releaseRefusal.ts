/**
 * A refusal as this member's word to the chain: of a request that is proven READY and whose bytes are what its id says, for a reason that
 * lies in those bytes. Each reason leaves once in a life.
 */

import type { Configuration } from '../../formats/configuration.ts';
import { codeWord, refusalDigest, type StatedKind } from '../../formats/eip712.ts';
import { toHex } from '../../formats/hex.ts';
import type { Event } from '../api.ts';
import { type Identity, signHash } from '../identity.ts';
import type { Rooted } from '../process.ts';
import type { RequestRefusal } from './judgeRequest.ts';

type Bytes = Uint8Array;
type Stated = RequestRefusal & { readonly kind: StatedKind };

/** @param member this enclave's id */
export function releaseRefusal(
  { configuration, kept, stated, emit }: Rooted,
  member: Bytes,
  refusal: RequestRefusal,
): void {
  const { kind, id, code } = refusal;
  if (kind === 'passing' || !stated.isFirst(`${toHex(id)} ${code}`)) return;
  emit(statement(configuration, kept.state.identity, member, { ...refusal, kind }));
}

function statement({ chainId, contracts }: Configuration, identity: Identity, member: Bytes, refusal: Stated): Event {
  const { id: request, kind, code, detail } = refusal;
  const digest = refusalDigest(chainId, contracts.signingRequests.address, { request, member, kind, code });
  return {
    event: 'refusal',
    requestId: toHex(request),
    member: toHex(member),
    kind,
    code,
    codeWord: toHex(codeWord(code)),
    detail,
    identitySignature: toHex(signHash(identity, digest)),
  };
}
