/** What each instruction of a message does. */

import { isEqual } from '../../formats/equal.ts';
import { associatedToken } from './associatedToken.ts';
import type { Done, Understood } from './deed.ts';
import { memo } from './memo.ts';
import type { Instruction, Message } from './message.ts';
import { ASSOCIATED_TOKEN, COMPUTE_BUDGET, MEMO, MEMO_1, STAKE, SYSTEM, TOKEN, TOKEN_2022 } from './programs.ts';
import { stake } from './stake.ts';
import { system } from './system.ts';
import { token } from './token.ts';

type Row = { readonly program: Uint8Array; readonly understand: (instruction: Instruction) => Understood | undefined };

const PROGRAMS: readonly Row[] = [
  { program: SYSTEM, understand: system },
  { program: TOKEN, understand: token },
  { program: TOKEN_2022, understand: token },
  { program: ASSOCIATED_TOKEN, understand: associatedToken },
  { program: STAKE, understand: stake },
  { program: MEMO, understand: memo },
  { program: MEMO_1, understand: memo },
  { program: COMPUTE_BUDGET, understand: () => ({ deeds: [{ kind: 'budget' }], discriminator: 1 }) },
];

/** In order. What is not understood calls its program, with all that it is given. */
export function deedsOf({ instructions }: Message): readonly Done[] {
  return instructions.map((instruction) => {
    const row = PROGRAMS.find(({ program }) => isEqual(program, instruction.program));
    const found = row?.understand(instruction) ?? { deeds: [{ kind: 'call' }], discriminator: null };
    return { instruction, ...found };
  });
}
