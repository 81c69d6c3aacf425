/** `quorate finalise ID|FILE|-`: a payload and its signatures become the transaction that a network takes, if another library agrees. */

import { existsSync } from 'node:fs';
import { hexToBytes } from '@noble/hashes/utils.js';
import { fromHex } from '../../formats/hex.ts';
import { payloadKind } from '../../formats/kinds.ts';
import { Fatal } from '../../host/errors.ts';
import { openSource, reading, SOURCE } from '../chain/source.ts';
import { type Command, type Options, option, type Shown } from '../command.ts';
import { askedOf } from '../look/requestAsked.ts';
import { accountOf } from '../payload/account.ts';
import { readPayload } from '../payload/file.ts';
import { kindOf } from '../payload/intent.ts';
import { keyNow } from '../payload/judgePayload.ts';
import { readPsbtFile } from '../payload/psbtFile.ts';
import { BITCOIN } from '../payload/words.ts';
import { tellingOf } from '../words/effectWords.ts';
import type { Final } from './finalised.ts';

type Bytes = Uint8Array;
type Signed = {
  readonly kind: number;
  readonly payload: Bytes;
  readonly signatures: readonly Bytes[];
  /** Null where nobody said which. */
  readonly account: string | null;
};

const SIGNATURES =
  'Give what `quorate request` shows, in hex, for Bitcoin one for each input in their order, with commas between; or name the request alone.';

export const finalise: Command = {
  summary: 'join a payload and its signatures to the final transaction, checked by a second library',
  file: {
    name: 'FILE or ID',
    means:
      'id of a fulfilled request, which has both; or a file with the payload: bytes, base64 or hex; - reads the standard input',
  },
  options: [
    { name: 'signatures', means: 'of a file: in hex, for Bitcoin one for each input, with commas between' },
    { name: 'kind', means: 'of a file that is no PSBT: evm-transaction or solana-message' },
    { name: 'address', means: 'of a file with an EVM transaction: the account that has signed it' },
    ...SOURCE,
  ],
  run: async (options) => {
    const word = option(options, 'file');
    return shown(await joined(isId(word) ? await signedOf(word, options) : signedIn(options)));
  },
};

function isId(word: string): boolean {
  return /^0x[0-9a-fA-F]{4,64}…?$/.test(word) && !existsSync(word);
}

async function signedOf(text: string, options: Options): Promise<Signed> {
  const source = await openSource(options);
  return reading(async () => {
    const { id, request, signatures, state } = await askedOf(source, text);
    if (signatures.length === 0)
      throw new Fatal(
        'CONFIG_INVALID',
        `request ${id} is ${state}: the chain has no signatures of it`,
        `\`quorate request ${id}\` says what it waits for.`,
      );
    const telling = await tellingOf(options, source.record);
    const account = accountOf(await keyNow(source, request.keyId), request, telling);
    const payload = fromHex(request.payload);
    return { kind: request.kind, payload, signatures: signatures.map((one) => fromHex(one)), account };
  });
}

function signedIn(options: Options): Signed {
  const kind = typeof options.kind === 'string' ? kindOf(options.kind) : BITCOIN;
  const payload = kind === BITCOIN ? readPsbtFile(options) : readPayload(option(options, 'file'));
  const account = typeof options.address === 'string' ? options.address : null;
  return { kind, payload, signatures: signaturesOf(option(options, 'signatures')), account };
}

function signaturesOf(text: string): readonly Bytes[] {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  return parts.map((part, at) => {
    const hex = part.replace(/^0x/i, '');
    if (/^(?:[0-9a-f]{2}){64,65}$/i.test(hex)) return hexToBytes(hex);
    throw new Fatal('CONFIG_INVALID', `signature ${at} is not 64 or 65 bytes in hex`, SIGNATURES);
  });
}

/** Half of what the command takes to start is in what joins. */
async function joined({ kind, payload, signatures, account }: Signed): Promise<Final> {
  switch (payloadKind(kind)) {
    case 'bitcoin-psbt':
      return (await import('./bitcoin.ts')).finaliseBitcoin(payload, signatures);
    case 'evm-transaction':
      if (account === null)
        throw new Fatal('CONFIG_INVALID', '--address is missing', 'Any signature is of some account: say of which.');
      return (await import('./evm.ts')).finaliseEvm(payload, signatures, account);
    case 'solana-message':
      return (await import('./solana.ts')).finaliseSolana(payload, signatures);
    default:
      throw new Fatal(
        'CONFIG_INVALID',
        `${payloadKind(kind) ?? `kind ${kind}`} is no transaction: its signature is used as it is`,
        '`quorate request ID` shows the signature.',
      );
  }
}

function shown(final: Final): Shown {
  const { missing = [] } = final;
  if (missing.length === 0) return { json: final, text: final.transaction, ok: true };
  return { json: final, text: `${final.transaction}\nsignatures are missing of ${missing.join(', ')}`, ok: false };
}

/** Whether the signatures of such a payload can be joined to it. */
export function isJoined(kind: number): boolean {
  return ['bitcoin-psbt', 'evm-transaction', 'solana-message'].includes(payloadKind(kind) ?? '');
}
