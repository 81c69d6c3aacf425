/** What an enclave of this release would say to a payload: the same decoder, the same comparisons, before anybody votes. */

import type { Hex } from '../../formats/hex.ts';
import { fromHex, toHex } from '../../formats/hex.ts';
import { type RefusalCode, type RefusalKind, Refused, refusalKind } from '../../formats/refusal.ts';
import type { Request } from '../../formats/request.ts';
import { named, SCHEME_NUMBERS } from '../../formats/schemes.ts';
import { view } from '../../host/adapters/rpcViews.ts';
import type { DecodedPayload } from '../../payload/decodedPayload.ts';
import { decodePayload } from '../../payload/decodePayload.ts';
import { requireDigests } from '../../payload/requireDigests.ts';
import { requireEffects } from '../../payload/requireEffects.ts';
import { KEYS_ABI } from '../chain/abi.ts';
import { addressOf } from '../chain/deploymentRecord.ts';
import type { Source } from '../chain/source.ts';
import { type Finding, fine, problem } from '../finding.ts';
import { schemeName } from '../look/whyKey.ts';
import { refusalWords } from '../words/refusalWords.ts';

export type KeyNow = Awaited<ReturnType<typeof keyNow>>;

export function keyNow({ rpc, record }: Pick<Source, 'rpc' | 'record'>, keyId: Hex) {
  return view(rpc, addressOf(record, 'keyRegistry'), KEYS_ABI, 'key', [keyId]);
}

export type Asked = Pick<Request, 'requester' | 'path' | 'kind' | 'payload'>;
export type Judged = { readonly decoded: DecodedPayload } | Misjudged;
/** `unsupported`: another release may sign it. `code`: null where it is not the payload that is refused. */
type Misjudged = { readonly finding: Finding; readonly kind: RefusalKind; readonly code: RefusalCode | null };

/** What the payload does, whatever was declared of it. */
export function understand(
  key: Pick<KeyNow, 'scheme' | 'publicKeyPrefix' | 'publicKeyX' | 'birth'>,
  asked: Asked,
): Judged {
  const scheme = named(SCHEME_NUMBERS, key.scheme);
  if (scheme === undefined)
    return { finding: problem(`the key is of scheme ${schemeName(key.scheme)}`), kind: 'unsupported', code: null };
  if (BigInt(key.publicKeyX) === 0n)
    return { finding: problem('the key is not made yet, so nothing can be asked of it'), kind: 'final', code: null };
  const request: Request = {
    ...{ ...asked, keyId: new Uint8Array(32), counter: 0n, digests: [], effects: [], deadline: 0 },
    ...{ consumer: new Uint8Array(20), callbackGas: 0, replaces: new Uint8Array(32) },
  };
  const publicKey = { prefix: key.publicKeyPrefix, x: fromHex(key.publicKeyX) };
  const of = { request, publicKey, birth: fromHex(key.birth) };
  return judged(() => ({ decoded: decodePayload(scheme, asked.kind, of) }));
}

/** Whether what was declared is what the payload has. */
export function compare(
  { messages, effects }: DecodedPayload,
  declared: Pick<Request, 'digests' | 'effects'>,
): Finding {
  const found = judged(() => {
    requireDigests(declared.digests, messages);
    requireEffects(declared.effects, effects);
    return {
      finding: fine(
        "enclaves of this release sign it: every byte is understood, digests and effects are the payload's own",
      ),
      kind: 'final',
      code: null,
    };
  });
  return 'finding' in found ? found.finding : problem('nothing was compared');
}

function judged(judge: () => Judged): Judged {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { means, todo } = refusalWords(error.code);
    const kind = refusalKind(error.code);
    const when = kind === 'unsupported' ? 'enclaves of this release refuse it' : 'every enclave refuses it';
    return { finding: problem(`${when}: ${error.code}, ${means} (${error.message}). ${todo}`), kind, code: error.code };
  }
}

export function digestsOf({ messages }: DecodedPayload): readonly Hex[] {
  return messages.map(toHex);
}
