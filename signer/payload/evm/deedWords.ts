/** Deeds in words for those who vote on them, and what should make them hesitate. */

import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { isEqual, isZero } from '../../formats/equal.ts';
import { hash } from '../../formats/words.ts';
import type { Said } from '../bitcoin/said.ts';
import { warning, word } from '../bitcoin/said.ts';
import { checksumAddress } from './address.ts';
import { PERMIT2 } from './calls.ts';
import type { Deed, Manner, Owner } from './deed.ts';
import { AS_GOOD_AS_EVERYTHING } from './deed.ts';
import { selector } from './effectOf.ts';

type Bytes = Uint8Array;
type Of<Kind extends Deed['kind']> = Extract<Deed, { kind: Kind }>;

/** > 1 ether = 10^18 wei */
const DECIMALS = 18;

export function deedWords(deed: Deed): readonly Said[] {
  switch (deed.kind) {
    case 'transfer':
      return transferWords(deed);
    case 'fee':
      return [word(`pays a fee of at most ${amountWords(deed.asset, deed.amount)} for its gas`)];
    case 'call':
      return callWords(deed);
    case 'approval':
      return approvalWords(deed);
    case 'creation':
      return [
        word(`creates a contract on chain ${deed.chain} with ${coin(deed.value)} in it`),
        warning(`its code is not looked at: ${sizeWords(deed.initCode)}`),
      ];
    case 'set-code':
      return [warning(setCodeWords(deed))];
    case 'vote':
      return [
        word(
          `votes ${supportWords(deed.support)} on proposal ${deed.proposal} of ${checksumAddress(deed.contract)} on chain ${deed.chain}${inNameOf(deed.voter)}`,
        ),
      ];
    case 'typed-data':
      return typedWords(deed);
    case 'message':
      return [word(`signs a text of ${deed.text.length} bytes`)];
    case 'sign-in':
      return [word(`signs in to ${deed.site} with an account on chain ${deed.chain}`)];
    case 'blind':
      return [warning(`signs a hash blindly: nobody here can say what 0x${bytesToHex(deed.digest)} is a hash of`)];
  }
}

function transferWords({ asset, amount, recipient, owner }: Of<'transfer'>): readonly Said[] {
  const said = word(`pays ${amountWords(asset, amount)} to ${checksumAddress(recipient)}${outOf(owner)}`);
  const nothing =
    amount === 0n ? [warning('pays nothing: somebody may want the recipient in a history of payments')] : [];
  return [said, ...nothing, ...burnt(recipient)];
}

function burnt(recipient: Bytes): readonly Said[] {
  return isZero(recipient) ? [warning('the recipient is the zero address, which nobody has a key of')] : [];
}

function callWords({ chain, target, value, data }: Of<'call'>): readonly Said[] {
  const what = selector(data).length === 0 ? 'without a function' : `function 0x${bytesToHex(selector(data))}`;
  return [
    word(`calls ${checksumAddress(target)} on chain ${chain}, ${what}, with ${coin(value)}: ${sizeWords(data)}`),
    warning('what a call does is up to the contract, whose code may change: only its data are fixed'),
  ];
}

function approvalWords({ asset, amount, spender, owner, manner }: Of<'approval'>): readonly Said[] {
  const who = `${checksumAddress(spender)}${isEqual(spender, PERMIT2) ? ' (Permit2)' : ''}`;
  if (amount === 0n && manner !== 'add')
    return [
      word(`takes back what ${who} was allowed to take of ${assetWords(asset)}${MANNERS[manner]}${outOf(owner)}`),
    ];
  const isAll = amount >= AS_GOOD_AS_EVERYTHING;
  const more = MANNERS[manner];
  const said = word(
    `allows ${who} to take ${isAll ? `everything of ${assetWords(asset)}` : amountWords(asset, amount)}${more}${outOf(owner)}`,
  );
  return isAll
    ? [said, warning(`an allowance without limit: ${who} may take what is there, and what comes later`)]
    : [said];
}

const MANNERS: Readonly<Record<Manner, string>> = { set: '', add: ' more than before', permit2: ' through Permit2' };

function setCodeWords({ chain, account, code, nonce }: Of<'set-code'>): string {
  const where = `on chain ${chain}, at nonce ${nonce}`;
  if (isZero(code)) return `takes the code off account ${checksumAddress(account)} ${where}`;
  return `hands account ${checksumAddress(account)} to the code at ${checksumAddress(code)} ${where}: it may do all that the account may`;
}

/** > support: 0 = Against, 1 = For, 2 = Abstain (GovernorCountingSimple) */
function supportWords(support: number): string {
  return ['against (0)', 'for (1)', 'abstain (2)'][support] ?? `${support}`;
}

function typedWords({ chain, contract, separator, type, structHash }: Of<'typed-data'>): readonly Said[] {
  const [name] = type.split('(');
  const where = `${contract === null ? 'no contract' : checksumAddress(contract)} on ${chain === null ? 'no chain' : `chain ${chain}`}`;
  const open = contract === null || chain === null;
  return [
    word(`signs ${name} for ${where}, domain 0x${bytesToHex(separator)}, message 0x${bytesToHex(structHash)}`),
    word(`its type is ${type}`),
    warning('what it does is up to the contract: nobody here knows this type'),
    ...(open ? [warning('the domain does not say for which contract of which chain: it may be taken elsewhere')] : []),
  ];
}

/** `eip155:1/erc20:0x…` and its like, with the contract as people write it. */
function assetWords(asset: string): string {
  const [, chain, namespace, contract, id] =
    /^eip155:([0-9]+)\/(\w+):(?:0x)?([0-9a-f]+)(?:\/([0-9]+))?$/.exec(asset) ?? [];
  if (namespace === 'slip44') return `the coin of chain ${chain}`;
  const address = checksumAddress(hexToBytes(contract ?? ''));
  if (namespace === 'erc20') return `token ${address} of chain ${chain}`;
  return id === undefined
    ? `collection ${address} of chain ${chain}`
    : `number ${id} of collection ${address} of chain ${chain}`;
}

/** Every digit: no two amounts may look alike. How many decimals a token has is its contract's affair. */
function amountWords(asset: string, amount: bigint): string {
  if (/\/slip44:/.test(asset)) return `${coin(amount)} of chain ${/^eip155:([0-9]+)/.exec(asset)?.[1]}`;
  if (/\/erc721:.*\//.test(asset)) return assetWords(asset);
  return `${amount} units (or, where it is no coin, number ${amount}) of ${assetWords(asset)}`;
}

/** Of the coin that gas is paid in. */
export function coin(wei: bigint): string {
  const digits = wei.toString().padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  return `${digits.slice(0, -DECIMALS)}${fraction === '' ? '' : `.${fraction}`} coin (${wei} wei)`;
}

function sizeWords(data: Bytes): string {
  return `${data.length} bytes of data, hash 0x${bytesToHex(hash(data))}`;
}

function outOf(owner: Owner): string {
  return owner === null ? '' : `, out of ${checksumAddress(owner)}`;
}

function inNameOf(voter: Owner): string {
  return voter === null ? '' : `, in the name of ${checksumAddress(voter)}`;
}
