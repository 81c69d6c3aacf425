/** What a payload does and which account signs it, for whoever proposes it, votes on it or looks at it. */

import { fromHex, type Hex } from '../../formats/hex.ts';
import { payloadKind } from '../../formats/kinds.ts';
import type { RefusalCode } from '../../formats/refusal.ts';
import type { DecodedPayload } from '../../payload/decodedPayload.ts';
import type { Source } from '../chain/source.ts';
import { type Finding, problem } from '../finding.ts';
import { assetsIn } from '../words/assetsIn.ts';
import { effectWords, type Telling } from '../words/effectWords.ts';
import { accountOf } from './account.ts';
import { keyNow, understand } from './judgePayload.ts';
import { pathFindings, usedPaths } from './usedPaths.ts';
import { tellPayload } from './words.ts';

export type Asked = {
  readonly keyId: Hex;
  readonly requester: Hex;
  readonly path: Hex;
  readonly kind: number;
  readonly payload: Uint8Array;
};
export type PayloadTold = {
  /** Null where enclaves refuse it: `findings` say why. */
  readonly decoded: DecodedPayload | null;
  /** Null where the key has none of that kind. */
  readonly account: string | null;
  readonly effects: readonly string[];
  /** Who signs, then what: the decoder's words, or the effects where it has none. */
  readonly words: readonly string[];
  readonly findings: readonly Finding[];
  /** That knows the assets of the payload by their names. */
  readonly telling: Telling;
};
type Deployed = Pick<Source, 'rpc' | 'record' | 'startBlock'>;

/** @param now in seconds @param but id of the request that it is of */
export async function payloadTold(
  source: Deployed,
  asked: Asked,
  { plain, now, but }: { readonly plain: Telling; readonly now: number; readonly but?: Hex },
): Promise<PayloadTold> {
  const { kind, payload, path } = asked;
  const key = await keyNow(source, asked.keyId);
  const telling = { ...plain, assets: assetsIn(kind, payload) };
  const account = accountOf(key, asked, telling);
  const elsewhere = pathFindings(key, asked, await usedPaths(source, asked, but), telling);
  const judged = understand(key, { ...asked, requester: fromHex(asked.requester), path: fromHex(path) });
  const from = signedBy(kind, account, path);
  if ('finding' in judged) {
    const findings = [judged.finding, ...notOwn(judged.code, account, path), ...elsewhere];
    return { decoded: null, account, effects: [], words: from, findings, telling };
  }
  const effects = judged.decoded.effects.map((effect) => effectWords(effect, telling));
  const { words, findings } = tellPayload(kind, payload, judged.decoded.verifyingKey, telling, now);
  return {
    ...{ decoded: judged.decoded, account, effects, telling },
    words: [...from, ...(words.length === 0 ? effects : words)],
    findings: [...findings, ...elsewhere],
  };
}

/** Transactions leave an account, texts are signed by one. */
function signedBy(kind: number, account: string | null, path: Hex): string[] {
  const isSpent = ['bitcoin-psbt', 'solana-message', 'evm-transaction'].includes(payloadKind(kind) ?? '');
  return account === null ? [`path ${path}`] : [`${isSpent ? 'from' : 'signed by'} ${account}, path ${path}`];
}

const NOT_OWN: readonly (RefusalCode | null)[] = ['INPUT_NOT_OWN', 'INPUT_INTERNAL_KEY', 'MESSAGE_NOT_OWN'];

function notOwn(code: RefusalCode | null, account: string | null, path: Hex): Finding[] {
  if (code === 'PATH_NOT_EMPTY') return [problem(`this key has one account, ${account}: leave --path out`)];
  if (!NOT_OWN.includes(code)) return [];
  return [problem(`this key at path ${path} is ${account}: name the path of the account that is meant with --path`)];
}
