/** Keys that this enclave can make and use: of the others it is said once why it takes no part in their sessions. */

import type { Hex } from '../../formats/hex.ts';
import type { KeyRecord } from '../chain/view/keys.ts';
import type { Log } from '../log.ts';
import type { Problems } from '../problems.ts';

export class Schemes {
  readonly #problems: Problems;
  readonly #log: Log;
  readonly #unsupported = new Set<Hex>();

  constructor(problems: Problems, log: Log) {
    this.#problems = problems;
    this.#log = log;
  }

  /** `schemes` of the enclave, by number */
  supports({ id, scheme }: Pick<KeyRecord, 'id' | 'scheme'>, schemes: readonly number[]): boolean {
    const isSupported = schemes.includes(scheme);
    if (isSupported && this.#unsupported.delete(id)) this.#problems.clear(topicOf(id));
    if (!isSupported && !this.#unsupported.has(id)) this.#say(id, scheme);
    return isSupported;
  }

  #say(id: Hex, scheme: number): void {
    const words = `key ${id} is of scheme ${scheme}, which this enclave does not know: it takes no part in its sessions`;
    this.#unsupported.add(id);
    this.#problems.set(topicOf(id), words);
    this.#log('warn', 'a key of a scheme that this enclave does not know', { key: id, scheme });
  }
}

function topicOf(key: Hex): string {
  return `scheme of ${key}`;
}
