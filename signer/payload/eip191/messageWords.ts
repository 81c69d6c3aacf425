/** A text in words: the text itself, line by line, and what it is. */

import type { Said } from '../bitcoin/said.ts';
import { warning, word } from '../bitcoin/said.ts';
import { checksumAddress } from '../evm/address.ts';
import { deedWords } from '../evm/deedWords.ts';
import type { Message } from './message.ts';
import { messageDeed } from './message.ts';
import type { SignIn } from './signIn.ts';

/** A digest, written out somewhere in the text. */
const HASH_INSIDE = /(?:^|[^0-9a-f])[0-9a-f]{64}(?![0-9a-f])/i;

export function messageWords(message: Message): readonly Said[] {
  const { text, signIn } = message;
  return [
    ...deedWords(messageDeed(message)),
    ...(signIn === null ? [] : signInWords(signIn)),
    ...text.split('\n').map((line) => word(`> ${line}`)),
    ...(HASH_INSIDE.test(text) ? [warning('it has a hash in it, of what is not said')] : []),
  ];
}

function signInWords({ domain, address, uri, expires, resources }: SignIn): readonly Said[] {
  const host = domain.replace(/^[^/]*:\/\//, '');
  const end = expires === null ? [warning('the session has no end that is said')] : [word(`until ${expires}`)];
  return [
    word(`as ${checksumAddress(address)}, for ${uri}`),
    ...(hostOf(uri) === host ? [] : [warning(`the URI is of another host than ${host}`)]),
    ...end,
    ...resources.map((resource) => word(`with access to ${resource}`)),
  ];
}

function hostOf(uri: string): string | undefined {
  return /^[^:]+:\/\/([^/?#]*)/.exec(uri)?.[1];
}
