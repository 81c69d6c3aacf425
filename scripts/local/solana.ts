/** A Solana runtime of this process, and payments from a DAO's Ed25519 key behind a durable nonce: built, asked for, executed. */

import {
  AccountRole,
  type Address,
  address,
  addSignersToTransactionMessage,
  appendTransactionMessageInstruction,
  appendTransactionMessageInstructions,
  compileTransactionMessage,
  createKeyPairSignerFromPrivateKeyBytes,
  createTransactionMessage,
  getBase58Decoder,
  getBase58Encoder,
  getCompiledTransactionMessageEncoder,
  getTransactionDecoder,
  type Instruction,
  type KeyPairSigner,
  lamports,
  type Nonce,
  pipe,
  setTransactionMessageFeePayer,
  setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash,
  setTransactionMessageLifetimeUsingDurableNonce,
  signTransactionMessageWithSigners,
} from '@solana/kit';
import { concat, getBytes, hexlify, ZeroAddress, ZeroHash } from 'ethers';
import type { LiteSVM } from 'litesvm';
import { PAYLOAD_KINDS } from '../../signer/formats/kinds.ts';
import { meaningOf } from '../../signer/payload/solana/meaning.ts';
import type { IntentStruct } from '../../types/contracts/requests/SigningRequests.ts';
import type { VotingChain } from './vote.ts';

type Bytes = Uint8Array;

const TIME_TO_LIVE = 86_400;
const SYSTEM = address('11111111111111111111111111111111');
const RECENT_BLOCKHASHES = address('SysvarRecentB1ockHashes11111111111111111111');
const RENT = address('SysvarRent111111111111111111111111111111111');
const NONCE_BYTES = 80n;
/** > version (4), state (4), authority (32), then the nonce */
const NONCE_AT = [40, 72] as const;

export type Solana = {
  readonly account: Address;
  /** A message of the account that pays and advances its nonce account. */
  payment(to: Bytes, amount: bigint): Bytes;
  /** @returns why the runtime refused it, or null: it was executed */
  send(message: Bytes, signature: Bytes): string | null;
  balanceOf(account: Bytes): bigint;
};

/** The key's account has `funds` lamports and a nonce account. @returns undefined on systems that LiteSVM has no binary for */
export async function startSolana(key: Bytes, funds: bigint): Promise<Solana | undefined> {
  if (process.platform === 'win32') return undefined;
  const { LiteSVM: Runtime } = await import('litesvm');
  const svm = new Runtime();
  const account = named(key);
  svm.airdrop(account, lamports(funds));
  const nonceAccount = await makeNonceAccount(svm, account);
  return {
    account,
    payment: (to, amount) => paymentOf(account, nonceAccount, nonceOf(svm, nonceAccount), to, amount),
    send: (message, signature) => {
      const result = svm.sendTransaction(
        getTransactionDecoder().decode(getBytes(concat(['0x01', signature, message]))),
      );
      return 'err' in result ? String(result.err()) : null;
    },
    balanceOf: (of) => svm.getBalance(named(of)) ?? 0n,
  };
}

/** What the DAO votes on: the message, byte for byte, and what it does, as enclaves will read it. */
export async function solanaIntent(
  { provider }: Pick<VotingChain, 'provider'>,
  keyId: string,
  key: Bytes,
  message: Bytes,
): Promise<IntentStruct> {
  const block = await provider.getBlock('latest');
  if (block === null) throw new Error('the chain has no block');
  const [payload, kind] = [hexlify(message), PAYLOAD_KINDS['solana-message'].number];
  return {
    ...{ keyId, path: ZeroHash, kind, payload, digests: [payload], effects: [...meaningOf(message, key).effects] },
    ...{ deadline: block.timestamp + TIME_TO_LIVE, consumer: ZeroAddress, callbackGas: 0, replaces: ZeroHash },
  };
}

function named(key: Bytes): Address {
  return address(getBase58Decoder().decode(key));
}

function nonceOf(svm: LiteSVM, nonceAccount: Address): Bytes {
  const found = svm.getAccount(nonceAccount);
  if (!found.exists) throw new Error('there is no nonce account');
  return Uint8Array.from(found.data.slice(...NONCE_AT));
}

function paymentOf(from: Address, nonceAccount: Address, nonce: Bytes, to: Bytes, amount: bigint): Bytes {
  const durable = {
    ...{ nonce: getBase58Decoder().decode(nonce) as Nonce, nonceAccountAddress: nonceAccount },
    nonceAuthorityAddress: from,
  };
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (it) => setTransactionMessageFeePayer(from, it),
    (it) => setTransactionMessageLifetimeUsingDurableNonce(durable, it),
    (it) => appendTransactionMessageInstruction(transfer(from, named(to), amount), it),
  );
  return Uint8Array.from(getCompiledTransactionMessageEncoder().encode(compileTransactionMessage(message)));
}

async function makeNonceAccount(svm: LiteSVM, authority: Address): Promise<Address> {
  const [funder, nonce] = (await Promise.all([1, 2].map(signerOf))) as [KeyPairSigner, KeyPairSigner];
  const rent = svm.minimumBalanceForRentExemption(NONCE_BYTES);
  svm.airdrop(funder.address, lamports(rent * 10n));
  const lifetime = { blockhash: svm.latestBlockhash(), lastValidBlockHeight: 2n ** 32n };
  const message = pipe(
    createTransactionMessage({ version: 0 }),
    (it) => setTransactionMessageFeePayerSigner(funder, it),
    (it) => setTransactionMessageLifetimeUsingBlockhash(lifetime, it),
    (it) =>
      appendTransactionMessageInstructions(
        [create(funder.address, nonce.address, rent), initialise(nonce.address, authority)],
        it,
      ),
    (it) => addSignersToTransactionMessage([nonce], it),
  );
  const result = svm.sendTransaction(await signTransactionMessageWithSigners(message));
  if ('err' in result) throw new Error(`no nonce account: ${result.err()}`);
  svm.expireBlockhash(); // a nonce is not advanced within the block that made it
  return nonce.address;
}

/** Of accounts that nothing depends on. */
function signerOf(seed: number): Promise<KeyPairSigner> {
  return createKeyPairSignerFromPrivateKeyBytes(new Uint8Array(32).fill(seed));
}

function transfer(from: Address, to: Address, amount: bigint): Instruction {
  const accounts = [
    { address: from, role: AccountRole.WRITABLE_SIGNER },
    { address: to, role: AccountRole.WRITABLE },
  ];
  return { programAddress: SYSTEM, accounts, data: data(2, u64(amount)) };
}

function create(from: Address, made: Address, rent: bigint): Instruction {
  const accounts = [from, made].map((one) => ({ address: one, role: AccountRole.WRITABLE_SIGNER }));
  const owner = Uint8Array.from(getBase58Encoder().encode(SYSTEM));
  return { programAddress: SYSTEM, accounts, data: data(0, u64(rent), u64(NONCE_BYTES), owner) };
}

function initialise(nonce: Address, authority: Address): Instruction {
  const accounts = [
    { address: nonce, role: AccountRole.WRITABLE },
    { address: RECENT_BLOCKHASHES, role: AccountRole.READONLY },
    { address: RENT, role: AccountRole.READONLY },
  ];
  return { programAddress: SYSTEM, accounts, data: data(6, Uint8Array.from(getBase58Encoder().encode(authority))) };
}

/** > instruction (4), then its arguments, little-endian */
function data(instruction: number, ...parts: readonly Bytes[]): Bytes {
  return getBytes(concat([Uint8Array.of(instruction, 0, 0, 0), ...parts]));
}

function u64(value: bigint): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}
