/** One call in words: its contract and function, and the sentence that says every value of it. */

import { decodeFunctionData } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import type { DeploymentRecord } from '../chain/deploymentRecord.ts';
import { functionName, nameOf } from '../look/roles.ts';
import { callable, sentenceOf } from './callable.ts';
import type { Telling } from './effectWords.ts';
import type { Voice } from './sentences/voice.ts';

export type CallWords = {
  readonly name: string;
  readonly functionName: string;
  readonly args: readonly unknown[];
  readonly words: readonly string[];
};
type Where = { readonly record: DeploymentRecord; readonly telling: Telling };

/** Calls within calls that are followed: a proposal to propose, and what that proposes. */
const DEEPEST = 3;

/** Null where nobody here knows what it does. */
export function callWords(where: Where, target: Hex, data: Hex, depth = 0): CallWords | null {
  const name = nameOf(where.record, target);
  const decoded = name === null ? null : decode(name, data);
  if (name === null || decoded === null) return null;
  const { functionName: called, args } = decoded;
  const words = sentenceOf(name, called)?.(args, voiceOf(where, target, depth));
  return words === undefined ? null : { name, functionName: called, args, words };
}

export function unknownWords(data: Hex): string {
  return `${(data.length - 2) / 2} bytes of calldata: ${data.slice(0, 74)}`;
}

function decode(name: string, data: Hex) {
  try {
    const { functionName: called, args = [] } = decodeFunctionData({ abi: callable(name) ?? [], data });
    return { functionName: called, args };
  } catch {
    return null; // of another contract
  }
}

function voiceOf(where: Where, self: Hex, depth: number): Voice {
  const { record, telling } = where;
  return {
    ...{ telling, self },
    who: (address) => {
      const name = nameOf(record, address);
      return name === null ? address : `${name} (${address})`;
    },
    functionOf: (target, selector) => functionName(record, target, selector),
    call: (target, data) => {
      const told = depth < DEEPEST ? callWords(where, target, data, depth + 1) : null;
      if (told === null) return [`${unknownWords(data)}: nobody here knows what it does`];
      return [`${told.name}.${told.functionName}`, ...told.words.map((line) => `  ${line}`)];
    },
  };
}
