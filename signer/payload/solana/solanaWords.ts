/** A Solana message in words for those who vote on it, and what should make them hesitate. */

import { isEqual } from '../../formats/equal.ts';
import type { Said } from '../bitcoin/said.ts';
import { warning, word } from '../bitcoin/said.ts';
import { base58 } from './base58.ts';
import type { Approval, Deed, Done, TokenAccount, Transfer } from './deed.ts';
import { fee } from './fee.ts';
import type { Meaning } from './meaning.ts';
import type { Instruction } from './message.ts';
import { TOKEN_2022 } from './programs.ts';
import { EVERYTHING } from './solanaEffects.ts';

type Bytes = Uint8Array;

const LAMPORTS = 1_000_000_000n;
/** Half a SOL. */
const HIGH_FEE = LAMPORTS / 2n;

/** @param key whose signature is asked for */
export function solanaWords(meaning: Meaning, key: Bytes): readonly Said[] {
  const { message, done } = meaning;
  const listed = meaning.nonce === null ? done : done.slice(1);
  return [
    lifetime(meaning),
    ...listed.flatMap((each) => each.deeds.flatMap((deed) => deedWords(deed, each, meaning, key))),
    ...feeWords(meaning, key),
    ...others(message.signers, key),
    word('a message does not name its network: what is signed holds wherever its block or nonce is'),
  ];
}

function lifetime({ nonce, message }: Meaning): Said {
  if (nonce === null) {
    return warning(
      `valid for about a minute after block ${base58(message.lifetime)}: a vote takes longer, so use a durable nonce`,
    );
  }
  const account = base58(nonce.account);
  return warning(
    `no end: valid until nonce account ${account} is advanced from ${base58(nonce.value)}, which only the key can do`,
  );
}

function deedWords(deed: Deed, { instruction }: Done, meaning: Meaning, key: Bytes): readonly Said[] {
  switch (deed.kind) {
    case 'transfer':
      return transferWords(deed, instruction, meaning, key);
    case 'approval':
      return [approvalWords(deed)];
    case 'token-account':
      return [tokenAccountWords(deed, key)];
    case 'mint':
      return [warning(`makes ${deed.amount} new units of ${token(deed.mint)} in ${base58(deed.account)}`)];
    case 'burn':
      return [warning(`burns ${deed.amount} units of ${token(deed.mint)} of ${base58(deed.account)}`)];
    case 'authority':
      return [authorityWords(deed)];
    case 'advance-nonce':
      return [word(`advances nonce account ${base58(deed.account)}: what was signed for its nonce is void`)];
    case 'memo':
      return [word(`memo: "${visible(new TextDecoder().decode(deed.text))}"`)];
    case 'other':
      return [word(deed.what)];
    case 'call':
      return [callWords(instruction, key)];
    case 'give-up':
    case 'budget':
      return [];
  }
}

function transferWords(deed: Transfer, { program }: Instruction, { done }: Meaning, key: Bytes): readonly Said[] {
  const from = isEqual(deed.from, key) ? '' : ` from ${base58(deed.from)}`;
  const by = isEqual(deed.by, key) ? '' : `, for which ${base58(deed.by)} signs`;
  const wallet = walletOf(deed, done, key);
  const text = `pays ${amountWords(deed)}${from} to ${base58(deed.to)}${wallet}${by}`;
  return [
    deed.amount === 'all' ? warning(text) : word(text),
    ...(deed.amount === 0n ? [warning(`pays nothing to ${base58(deed.to)}`)] : []),
    ...(isEqual(program, TOKEN_2022)
      ? [warning('Token-2022: a fee may be withheld and a hook may run, neither of which is in the bytes')]
      : []),
  ];
}

function amountWords({ mint, amount }: Transfer): string {
  if (amount === 'all') return 'all that it holds';
  return mint === null ? sol(amount) : `${amount} units of ${token(mint)}`;
}

/** Only of what the same message makes is the wallet known. */
function walletOf({ mint, to }: Transfer, done: readonly Done[], key: Bytes): string {
  if (mint === null) return isEqual(to, key) ? ', the key itself' : '';
  const made = done
    .flatMap(({ deeds }) => deeds)
    .find((deed) => deed.kind === 'token-account' && isEqual(deed.account, to));
  if (made?.kind === 'token-account') return `, the token account of ${base58(made.wallet)}`;
  return ', a token account';
}

function approvalWords({ mint, account, spender, amount }: Approval): Said {
  const what = amount === EVERYTHING ? 'everything' : `${amount} units of ${token(mint)}`;
  return warning(`lets ${base58(spender)} take ${what} out of ${base58(account)}, until it is revoked`);
}

function tokenAccountWords({ payer, account, wallet, mint }: TokenAccount, key: Bytes): Said {
  const paid = isEqual(payer, key) ? 'its rent is paid by the key' : `its rent is paid by ${base58(payer)}`;
  return word(
    `makes token account ${base58(account)} for ${base58(wallet)} and ${token(mint)}; ${paid}, and returns to the wallet when it closes the account`,
  );
}

function authorityWords({ account, role, to }: Extract<Deed, { kind: 'authority' }>): Said {
  const whom = to === null ? 'nobody, for ever' : base58(to);
  return warning(`gives the authority "${role}" over ${base58(account)} to ${whom}`);
}

function callWords({ program, accounts, data }: Instruction, key: Bytes): Said {
  const isLent = accounts.some((account) => isEqual(account.key, key));
  const lent = isLent ? ', and lends it the signature: it may take everything that the key disposes of' : '';
  return warning(
    `calls program ${base58(program)} with ${accounts.length} accounts and ${data.length} bytes that are not understood${lent}`,
  );
}

function feeWords({ message }: Meaning, key: Bytes): readonly Said[] {
  const amount = fee(message);
  const [payer = key] = message.signers;
  const by = isEqual(payer, key) ? 'the key' : base58(payer);
  const said = word(`fee at most ${sol(amount)}, paid by ${by}`);
  return amount > HIGH_FEE ? [said, warning(`a high fee: ${sol(amount)}`)] : [said];
}

function others(signers: readonly Bytes[], key: Bytes): readonly Said[] {
  const missing = signers.filter((signer) => !isEqual(signer, key)).map(base58);
  return missing.length === 0 ? [] : [warning(`needs the signatures of ${missing.join(', ')} too`)];
}

function token(mint: Bytes): string {
  return `token ${base58(mint)}`;
}

function sol(lamports: bigint): string {
  return `${lamports / LAMPORTS}.${(lamports % LAMPORTS).toString().padStart(9, '0')} SOL`;
}

/** What prints nothing, or turns what stands beside it, is written as its number. */
function visible(text: string): string {
  return text.replace(/[\p{C}\p{Z}"\\]/gu, (each) =>
    each === ' ' ? each : `\\u{${each.codePointAt(0)?.toString(16)}}`,
  );
}
