/** The memo program: UTF-8 and nothing else. Exchanges credit by it, so it is as much of a payment as its recipient. */

import { refuse } from '../../formats/refusal.ts';
import type { Understood } from './act.ts';
import type { Instruction } from './message.ts';

export function memo({ accounts, data }: Instruction): Understood | undefined {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch (cause) {
    refuse('MESSAGE_MEMO', 'a memo that is no UTF-8, which its program takes for an error', { cause });
  }
  // > Each of its accounts has to sign.
  if (accounts.some(({ isSigner }) => !isSigner)) return undefined;
  return { acts: [{ act: 'memo', text: data }], discriminator: 0 };
}
