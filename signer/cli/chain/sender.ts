/** Whoever proposes, votes and executes: an account that the node has unlocked, or a private key in a file. */

import { setTimeout } from 'node:timers/promises';
import type { Hex } from '../../formats/hex.ts';
import * as answers from '../../host/adapters/answers.ts';
import { readAccount } from '../../host/adapters/keyFileWallet.ts';
import { describe, Fatal, isRetryable } from '../../host/errors.ts';
import type { Option, Options } from '../command.ts';
import { revertWords } from '../words/revertWords.ts';
import { reading, type Source } from './source.ts';

export const SENDER: readonly Option[] = [
  { name: 'from', means: 'account that acts, where the node has it unlocked' },
  { name: 'key-file', means: 'or a file of mode 0600 with its private key' },
];

export type Call = { readonly to: Hex; readonly data: Hex };
export type Sent = { readonly hash: Hex; readonly block: number };
export type Sender = { readonly address: Hex; readonly send: (call: Call) => Promise<Sent> };

/** Null where nobody is named. */
export function senderOf(source: Source, options: Options): Sender | null {
  const { from, 'key-file': file } = options;
  if (typeof file === 'string') return keyed(source, file, typeof from === 'string' ? requireAddress(from) : null);
  return typeof from === 'string' ? unlocked(source, requireAddress(from)) : null;
}

/** @throws Fatal CONFIG_INVALID where nobody is named */
export function requireSender(source: Source, options: Options): Sender {
  const sender = senderOf(source, options);
  if (sender !== null) return sender;
  throw new Fatal(
    'CONFIG_INVALID',
    'it is not said who acts',
    'Add --key-file FILE, or --from ADDRESS where the node has it unlocked.',
  );
}

export function requireAddress(text: string): Hex {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return text.toLowerCase() as Hex;
  const what = text.trim() === '' ? 'an empty word' : text;
  throw new Fatal('CONFIG_INVALID', `${what} is no address`, 'An address is 0x and 40 hexadecimal digits.');
}

/** Nobody has the address of zeroes. @param name of the option */
export function requireSomebody(name: string, text: string): Hex {
  const address = requireAddress(text);
  if (BigInt(address) !== 0n) return address;
  const detail = `--${name} is the address of zeroes, which is nobody's`;
  throw new Fatal('CONFIG_INVALID', detail, `Name the account that is meant with --${name}.`);
}

function unlocked(source: Source, address: Hex): Sender {
  return {
    address,
    send: (call) =>
      sending(address, async () => {
        const gas = await source.chain.estimateGas(address, call.to, call.data);
        const transaction = { from: address, ...call, gas: `0x${roomy(gas).toString(16)}` };
        return mined(source, answers.hash(await sentByNode(source, address, transaction)));
      }),
  };
}

/** Most nodes have no accounts of their own. */
async function sentByNode({ rpc }: Source, address: Hex, transaction: object): Promise<unknown> {
  try {
    return await rpc('eth_sendTransaction', [transaction]);
  } catch (cause) {
    if (!isRetryable(cause, 'RPC_REFUSED')) throw cause;
    const detail = `the node does not send for ${address}: ${describe(cause)}`;
    const advice = 'Name a file with its private key, --key-file. Nothing was sent.';
    throw new Fatal('CONFIG_INVALID', detail, advice, { cause });
  }
}

function keyed(source: Source, file: string, expected: Hex | null): Sender {
  const account = readAccount(file);
  const address = account.address.toLowerCase() as Hex;
  if (expected !== null && expected !== address)
    throw new Fatal(
      'CONFIG_INVALID',
      `the key file is of ${address}, --from says ${expected}`,
      'Leave --from out, or name the file of that account.',
    );
  return {
    address,
    send: (call) =>
      sending(address, async () => {
        const { chain, record } = source;
        const [gas, nonce, { baseFee, tip }] = await Promise.all([
          chain.estimateGas(address, call.to, call.data),
          chain.nonce(address),
          chain.fees(),
        ]);
        const fees = { maxFeePerGas: 2n * baseFee + tip, maxPriorityFeePerGas: tip };
        const { chainId } = record;
        const raw = await account.signTransaction({
          type: 'eip1559',
          chainId,
          ...call,
          ...fees,
          nonce,
          gas: roomy(gas),
        });
        return mined(source, answers.hash(await source.rpc('eth_sendRawTransaction', [raw])));
      }),
  };
}

/** What happens between the estimate and the block may cost more. */
function roomy(gas: bigint): bigint {
  return (gas * 5n) / 4n;
}

/** Seconds that a transaction is waited for: it stays in the pool after that. */
const PATIENCE = 600;

async function mined({ chain }: Source, hash: Hex): Promise<Sent> {
  for (let waited = 0; waited < PATIENCE; waited += 1) {
    const receipt = await chain.receipt(hash);
    if (receipt?.success === true) return { hash, block: receipt.block };
    if (receipt !== null)
      throw new Fatal(
        'CONFIG_INVALID',
        `the transaction ${hash} reverted in block ${receipt.block}`,
        'Try again: something changed since it was sent.',
      );
    await setTimeout(waited < 10 ? 100 : 1_000);
  }
  throw new Fatal(
    'CONFIG_INVALID',
    `the transaction ${hash} is not mined yet`,
    'It was sent: look for it later, and do not send another one before.',
  );
}

async function sending<T>(address: Hex, work: () => Promise<T>): Promise<T> {
  return reading(async () => {
    try {
      return await work();
    } catch (cause) {
      throw refusal(address, cause);
    }
  });
}

/** What a person can mend; anything else as it is. */
function refusal(address: Hex, cause: unknown): unknown {
  const fatal = (detail: string, advice: string) => new Fatal('CONFIG_INVALID', detail, advice, { cause });
  if (isRetryable(cause, 'GAS_ACCOUNT_EMPTY'))
    return fatal(
      `the account ${address} cannot pay for the gas`,
      "Send it some of the chain's currency. Nothing was sent.",
    );
  const words = revertWords(cause);
  return words === null ? cause : fatal(`the chain refuses it: ${words}`, 'Nothing was sent.');
}
