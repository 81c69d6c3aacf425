/** Typed data in words for those who vote on them. */

import { bytesToHex } from '@noble/hashes/utils.js';
import type { Said } from '../bitcoin/said.ts';
import { warning, word } from '../bitcoin/said.ts';
import { escaped, hasUnshown } from '../eip191/text.ts';
import { checksumAddress } from '../evm/address.ts';
import { deedWords } from '../evm/deedWords.ts';
import type { TypedData } from './typedData.ts';
import { typedDeeds } from './typedDeeds.ts';
import type { Struct, Value } from './values.ts';

/** What it does, then the message itself: one line for each value, as it is hashed. @throws Refused as `typedDeeds` does */
export function typedWords(data: TypedData): readonly Said[] {
  const { domain, primaryType, message } = data;
  const deeds = typedDeeds(data);
  return [
    word(`typed data ${primaryType} for ${quoted(domain.name)}, version ${quoted(domain.version)}`),
    ...(deeds.length === 0 ? [word('takes back an authorisation, and does nothing else')] : deeds.flatMap(deedWords)),
    ...fieldWords(message, 'message'),
    word('it can be used by whoever has the signature, as often and as long as the contract lets them'),
  ];
}

function quoted(text: string | null): string {
  return text === null ? 'none' : `"${escaped(text)}"`;
}

function fieldWords(fields: Struct, where: string): readonly Said[] {
  return [...fields].flatMap(([name, value]) => valueWords(value, `${where}.${name}`));
}

function valueWords(value: Value, where: string): readonly Said[] {
  switch (value.kind) {
    case 'integer':
      return [word(`${where}: ${value.integer}`)];
    case 'bool':
      return [word(`${where}: ${value.bool}`)];
    case 'address':
      return [word(`${where}: ${checksumAddress(value.bytes)}`)];
    case 'fixed':
    case 'bytes':
      return [word(`${where}: 0x${bytesToHex(value.bytes)}`)];
    case 'string':
      return textWords(value.text, where);
    case 'array':
      return [
        word(`${where}: a list of ${value.items.length}`),
        ...value.items.flatMap((item, at) => valueWords(item, `${where}[${at}]`)),
      ];
    case 'struct':
      return fieldWords(value.fields, where);
  }
}

function textWords(text: string, where: string): readonly Said[] {
  const said = word(`${where}: "${escaped(text)}"`);
  return hasUnshown(text) ? [said, warning(`${where} has characters that a screen hides or turns round`)] : [said];
}
