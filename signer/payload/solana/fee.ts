/** What a message costs at most, in lamports: its signatures, and the price of the compute units that it may use. */

import { isEqual } from '../../formats/equal.ts';
import { refuse } from '../../formats/refusal.ts';
import { reader } from '../bitcoin/reader.ts';
import type { Instruction, Message } from './message.ts';
import { COMPUTE_BUDGET, SIGNATURE_CHECKS } from './programs.ts';

/** > lamports_per_signature */
const PER_SIGNATURE = 5_000n;
/**
 * > DEFAULT_INSTRUCTION_COMPUTE_UNIT_LIMIT, and MAX_BUILTIN_ALLOCATION_COMPUTE_UNIT_LIMIT for programs that are built in (SIMD-0170)
 *
 * Which programs are built in changes, so all but the compute budget's own count as if they were not: an upper bound.
 */
const UNITS = { perInstruction: 200_000n, perBudget: 3_000n };
/** > MAX_COMPUTE_UNIT_LIMIT */
const MAX_UNITS = 1_400_000n;
const MICRO = 1_000_000n;

/** > ComputeBudgetInstruction: by its first byte, the bytes of its number. */
const BUDGETS = { heapFrame: 1, unitLimit: 2, unitPrice: 3, accountsDataLimit: 4 } as const;
const WIDTHS: Readonly<Record<number, number>> = {
  [BUDGETS.heapFrame]: 4,
  [BUDGETS.unitLimit]: 4,
  [BUDGETS.unitPrice]: 8,
  [BUDGETS.accountsDataLimit]: 4,
};

export function fee({ signers, instructions }: Message): bigint {
  const isBudget = ({ program }: Instruction) => isEqual(program, COMPUTE_BUDGET);
  const budgets = instructions.filter(isBudget);
  const others = instructions.filter((each) => !isBudget(each));
  const budget = budgetOf(budgets);
  const signatures = BigInt(signers.length + others.reduce((sum, each) => sum + checkedSignatures(each), 0));
  const usual = BigInt(others.length) * UNITS.perInstruction + BigInt(budgets.length) * UNITS.perBudget;
  const asked = budget.get(BUDGETS.unitLimit) ?? usual;
  const units = asked < MAX_UNITS ? asked : MAX_UNITS;
  const price = budget.get(BUDGETS.unitPrice) ?? 0n;
  return signatures * PER_SIGNATURE + (price * units + MICRO - 1n) / MICRO;
}

/** > The first byte of such an instruction is the number of its signatures. */
function checkedSignatures({ program, data }: Instruction): number {
  return SIGNATURE_CHECKS.some((each) => isEqual(each, program)) ? (data[0] ?? 0) : 0;
}

// The runtime takes none twice, and passes over bytes behind a number: what is read here must not be less than what it reads.
function budgetOf(instructions: readonly Instruction[]): ReadonlyMap<number, bigint> {
  const budget = new Map<number, bigint>();
  for (const { data } of instructions) {
    const [type = 0] = data;
    const width = WIDTHS[type];
    if (width === undefined || data.length !== 1 + width) {
      return refuse('MESSAGE_BUDGET', `a compute budget instruction of type ${type} and ${data.length} bytes`);
    }
    if (budget.has(type)) refuse('MESSAGE_BUDGET', `a compute budget instruction of type ${type}, twice`);
    const read = reader(data.subarray(1), 'MESSAGE_BUDGET');
    budget.set(type, width === 8 ? read.uint64() : BigInt(read.uint(width)));
  }
  return budget;
}
