/** How calls of the contracts are told: one sentence file for each group of contracts, one sentence for each function, every value said. */

import type { Abi, AbiStateMutability, ContractFunctionArgs, ContractFunctionName } from 'viem';
import { keccak256 } from 'viem';
import { fromHex, type Hex } from '../../../formats/hex.ts';
import { payloadKind } from '../../../formats/kinds.ts';
import { printableStart } from '../../../host/printable.ts';
import { calledWith } from '../consumer.ts';
import { effectWords, type Telling } from '../effectWords.ts';
import { time } from '../named.ts';

export type Voice = {
  readonly telling: Telling;
  /** The contract that is called. */
  readonly self: Hex;
  /** An account, by its name in the record too. */
  readonly who: (address: Hex) => string;
  readonly functionOf: (target: Hex, selector: Hex) => string;
  /** A call within a call, as far as this goes. */
  readonly call: (target: Hex, data: Hex) => readonly string[];
};

type Changing = 'nonpayable' | 'payable';
type Reading = 'view' | 'pure';
type ArgsOf<abi extends Abi, mutability extends AbiStateMutability, name extends string> = ContractFunctionArgs<
  abi,
  mutability,
  name extends ContractFunctionName<abi, mutability> ? name : never
>;
/** A function that is added to a contract, and has no sentence, breaks the build. */
export type Sentences<abi extends Abi> = {
  readonly [name in ContractFunctionName<abi, Changing>]: (
    args: ArgsOf<abi, Changing, name>,
    voice: Voice,
  ) => readonly string[];
};
/** Of a contract that a proposal calls so that it stops: it changes nothing. */
export type Checks<abi extends Abi> = {
  readonly [name in ContractFunctionName<abi, Reading>]: (
    args: ArgsOf<abi, Reading, name>,
    voice: Voice,
  ) => readonly string[];
};

/** Short bytes as they are; what nobody reads by its length and hash. */
export function bytesWords(bytes: Hex): string {
  const length = (bytes.length - 2) / 2;
  return length <= 32 ? bytes : `${length} bytes of hash ${keccak256(bytes)}`;
}

export function listWords(items: readonly string[], none: string): string {
  return items.length === 0 ? none : items.join(', ');
}

/** What somebody else wrote, on one line. */
export function quoted(text: string): string {
  return `'${printableStart(text, 1_000)}'`;
}

export type Header = {
  readonly keyId: Hex;
  readonly requester: Hex;
  readonly counter: bigint;
  readonly path: Hex;
  readonly kind: number;
  readonly payloadHash: Hex;
  readonly digestsHash: Hex;
  readonly effectsHash: Hex;
  readonly deadline: number;
  readonly consumer: Hex;
  readonly callbackGas: number;
  readonly replaces: Hex;
};

export function headerWords(header: Header, { who }: Voice): string[] {
  const { keyId, requester, counter, path, kind, deadline } = header;
  return [
    `request number ${counter} of key ${keyId}, asked by ${who(requester)}, path ${path}`,
    `${kindWords(kind)}, deadline ${time(deadline)}`,
    `payload of hash ${header.payloadHash}, digests ${header.digestsHash}, effects ${header.effectsHash}`,
    ...consumerWords(header),
    ...replacing(header.replaces),
  ];
}

export type Effect = {
  readonly kind: number;
  readonly asset: Hex;
  readonly recipient: Hex;
  readonly amount: bigint;
  readonly detail: Hex;
};
export type Intent = {
  readonly keyId: Hex;
  readonly path: Hex;
  readonly kind: number;
  readonly payload: Hex;
  readonly digests: readonly Hex[];
  readonly effects: readonly Effect[];
  readonly deadline: number;
  readonly consumer: Hex;
  readonly callbackGas: number;
  readonly replaces: Hex;
};

/** As it is declared: what the payload really does, only the decoder can say. */
export function intentWords(intent: Intent, voice: Voice): string[] {
  const { keyId, path, kind, payload, digests, effects, deadline } = intent;
  return [
    `key ${keyId}, path ${path}, ${kindWords(kind)}, to be signed by ${time(deadline)}`,
    `payload ${bytesWords(payload)}, digests ${listWords(digests.map(bytesWords), 'none')}`,
    ...declaredWords(effects, voice),
    ...consumerWords(intent),
    ...replacing(intent.replaces),
  ];
}

export function declaredWords(effects: readonly Effect[], { telling }: Voice): string[] {
  const wire = ({ asset, recipient, detail, ...rest }: Effect) => ({
    ...{ ...rest, asset: fromHex(asset), recipient: fromHex(recipient), detail: fromHex(detail) },
  });
  return effects.map((effect) => `declared: ${effectWords(wire(effect), telling)}`);
}

export function kindWords(kind: number): string {
  return payloadKind(kind) ?? `unknown payload kind ${kind}`;
}

export function consumerWords(of: Pick<Intent, 'consumer' | 'callbackGas'>): string[] {
  if (BigInt(of.consumer) !== 0n) return calledWith(of);
  return of.callbackGas === 0 ? [] : [`${of.callbackGas} gas for a call of nobody`];
}

function replacing(id: Hex): string[] {
  return BigInt(id) === 0n ? [] : [`in place of request ${id}`];
}
