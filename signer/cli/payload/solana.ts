/** `quorate payload solana FILE|-`: what a wallet compiled becomes the payload that a vote can have signed, and is told in words. */

import { toHex } from '../../formats/hex.ts';
import { PAYLOAD_KINDS } from '../../formats/kinds.ts';
import { Fatal } from '../../host/errors.ts';
import { address, base58 } from '../../payload/solana/base58.ts';
import type { Meaning } from '../../payload/solana/meaning.ts';
import { meaningOf } from '../../payload/solana/meaning.ts';
import { solanaWords } from '../../payload/solana/solanaWords.ts';
import { messageIn } from '../../payload/solana/unsigned.ts';
import { type Command, option, type Shown } from '../command.ts';
import { readPayload } from './file.ts';
import { advised } from './refusal.ts';

export const payloadSolana: Command = {
  summary: 'turn a Solana message into the payload, digest and effects of a request, and tell what it does',
  file: {
    name: 'FILE',
    means: 'a message, or a transaction that nobody has signed: bytes, base64 or hex; - reads the standard input',
  },
  options: [{ name: 'address', means: "the key's own address, in base58", required: true }],
  run: async (options) => {
    const key = keyOf(option(options, 'address'));
    const payload = messageIn(readPayload(option(options, 'file')));
    return shown(
      payload,
      advised(() => meaningOf(payload, key)),
      key,
    );
  },
};

function keyOf(text: string): Uint8Array {
  const key = address(text);
  if (key !== undefined) return key;
  throw new Fatal('CONFIG_INVALID', `${text} is no address`, '--address takes 32 bytes in base58.');
}

function shown(payload: Uint8Array, meaning: Meaning, key: Uint8Array): Shown {
  const said = solanaWords(meaning, key);
  const words = said.filter(({ isWarning }) => !isWarning).map(({ text }) => text);
  const warnings = said.filter(({ isWarning }) => isWarning).map(({ text }) => text);
  const hex = toHex(payload);
  const text = [...words, ...warnings.map((each) => `WARNING: ${each}`), `payload and digest ${hex}`].join('\n');
  const json = {
    ...{ kind: PAYLOAD_KINDS['solana-message'].number, payload: hex, digests: [hex] },
    effects: meaning.effects.map(({ kind, asset, recipient, amount, detail }) => ({
      ...{ kind, asset: toHex(asset), recipient: toHex(recipient) },
      ...{ amount: amount.toString(), detail: toHex(detail) },
    })),
    ...{ words, warnings },
    signers: meaning.message.signers.map(base58),
  };
  return { json, text, ok: true };
}
