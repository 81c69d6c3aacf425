/** Permits (ERC-2612) of an account that only a DAO's ECDSA key signs for: built from what a token says of itself, asked for, given to the token. */

import { id, Signature, type Signer, TypedDataEncoder, toUtf8Bytes, ZeroAddress, ZeroHash, zeroPadValue } from 'ethers';
import { PAYLOAD_KINDS } from '../../signer/formats/kinds.ts';
import { EFFECT_KIND_NUMBERS } from '../../signer/formats/schemes.ts';
import type { PermitToken } from '../../types/contracts/examples/PermitToken.ts';
import type { IntentStruct } from '../../types/contracts/requests/SigningRequests.ts';
import { PermitToken__factory } from '../../types/factories/contracts/examples/PermitToken__factory.ts';
import type { Chain } from './chain.ts';
import type { DerivedKey } from './key.ts';
import type { VotingChain } from './vote.ts';

const TIME_TO_LIVE = 86_400;
/** ERC-5267: name, version, chain id, contract; no salt, no extensions */
const FIELDS = '0x0f';
const DOMAIN = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
];
const PERMIT = [
  { name: 'owner', type: 'address' },
  { name: 'spender', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'nonce', type: 'uint256' },
  { name: 'deadline', type: 'uint256' },
];

/** What its token will hold against the signature. */
export type Permit = {
  readonly domain: { name: string; version: string; chainId: number; verifyingContract: string };
  /** `value` and `nonce` in units, `deadline` in seconds; text, as JSON has no such integers. */
  readonly message: { owner: string; spender: string; value: string; nonce: string; deadline: string };
};

/** A token of that chain whose whole supply `holder` has. */
export async function deployPermitToken(
  { accounts: [deployer] }: Pick<Chain, 'accounts'>,
  holder: string,
  supply: bigint,
): Promise<PermitToken> {
  if (deployer === undefined) throw new Error('the chain has no accounts');
  const token = await new PermitToken__factory(deployer).deploy(holder, supply);
  await token.waitForDeployment();
  return token;
}

/** The key's account lets `spender` have so much, within a day of that chain's clock. */
export async function buildPermit(
  { provider }: Pick<Chain, 'provider'>,
  token: PermitToken,
  { evmAddress: owner }: Pick<DerivedKey, 'evmAddress'>,
  { spender, value }: { readonly spender: string; readonly value: bigint },
): Promise<Permit> {
  const [said, nonce, block] = await Promise.all([
    token.eip712Domain(),
    token.nonces(owner),
    provider.getBlock('latest'),
  ]);
  if (said.fields !== FIELDS) throw new Error(`the token's domain has other fields: ${said.fields}`);
  if (block === null) throw new Error('the chain has no block');
  const { name, version, chainId, verifyingContract } = said;
  const deadline = block.timestamp + TIME_TO_LIVE;
  return {
    domain: { name, version, chainId: Number(chainId), verifyingContract },
    message: { owner, spender, value: `${value}`, nonce: `${nonce}`, deadline: `${deadline}` },
  };
}

/** What the DAO votes on: the typed data, and that they are an approval out of the key's account. Nobody is called back. */
export async function permitIntent(
  { provider }: Pick<VotingChain, 'provider'>,
  { keyId, path }: Pick<DerivedKey, 'keyId' | 'path'>,
  { domain, message }: Permit,
): Promise<IntentStruct> {
  const block = await provider.getBlock('latest');
  if (block === null) throw new Error('the chain has no block');
  const types = { EIP712Domain: DOMAIN, Permit: PERMIT };
  const approval = {
    kind: EFFECT_KIND_NUMBERS.approval,
    asset: id(`eip155:${domain.chainId}/erc20:${domain.verifyingContract.toLowerCase()}`),
    ...{ recipient: message.spender, amount: message.value, detail: zeroPadValue(message.owner, 32) },
  };
  return {
    ...{ keyId, path, kind: PAYLOAD_KINDS.eip712.number },
    payload: toUtf8Bytes(JSON.stringify({ types, primaryType: 'Permit', domain, message })),
    ...{ digests: [TypedDataEncoder.hash(domain, { Permit: PERMIT }, message)], effects: [approval] },
    ...{ deadline: block.timestamp + TIME_TO_LIVE, consumer: ZeroAddress, callbackGas: 0, replaces: ZeroHash },
  };
}

/** Anybody may bring a permit to its token. @throws where the token refuses it */
export async function usePermit(
  token: PermitToken,
  by: Signer,
  { message: { owner, spender, value, deadline } }: Permit,
  signature: string,
): Promise<void> {
  const { v, r, s } = Signature.from(signature);
  await (await token.connect(by).permit(owner, spender, value, deadline, v, r, s)).wait();
}
