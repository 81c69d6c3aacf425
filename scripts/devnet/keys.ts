/** A key of each scheme that enclaves make, for the DAO's timelock, and its addresses. */

import { encodeBase58, id, ZeroHash } from 'ethers';
import type { DevnetKey } from '../../signer/cli/devnet/record.ts';
import { taprootAddress } from '../local/bitcoin.ts';
import type { Dao } from '../local/dao.ts';
import { claimDerivedKey, type MadeScheme, PURPOSES, untilActive, voteForKey } from '../local/key.ts';
import type { Operator } from '../local/operators.ts';

const PATIENCE_MS = 120_000;
const PATH = id('treasury/bitcoin');
const EVM_PATH = id('treasury/evm');

export async function makeKeys(dao: Dao, operators: readonly Operator[], threshold: number): Promise<DevnetKey[]> {
  const requester = await dao.timelock.getAddress();
  const voted: { readonly scheme: MadeScheme; readonly keyId: string }[] = [];
  for (const scheme of Object.keys(PURPOSES) as MadeScheme[]) {
    const { keyId } = await voteForKey(dao, {
      scheme,
      threshold,
      operators,
      requesters: [requester],
      purpose: PURPOSES[scheme],
    });
    voted.push({ scheme, keyId });
  }
  const keys: DevnetKey[] = [];
  for (const { scheme, keyId } of voted) {
    await untilActive(dao, keyId, PATIENCE_MS);
    keys.push({ keyId, scheme, requester, ...(await DERIVED[scheme](dao, keyId, requester)) });
  }
  return keys;
}

type Derived = Pick<DevnetKey, 'path' | 'addresses'>;

const DERIVED: Readonly<Record<MadeScheme, (dao: Dao, keyId: string, requester: string) => Promise<Derived>>> = {
  bip340: async (dao, keyId, requester) => {
    const { outputKey } = await claimDerivedKey(dao, keyId, requester, PATH);
    return { path: PATH, addresses: { bitcoinRegtest: taprootAddress(outputKey) } };
  },
  'ecdsa-secp256k1': async (dao, keyId, requester) => {
    const { evmAddress } = await claimDerivedKey(dao, keyId, requester, EVM_PATH);
    return { path: EVM_PATH, addresses: { evm: evmAddress } };
  },
  // Nothing is derived from such a key: it has one address.
  ed25519: async (dao, keyId) => {
    const { publicKeyX } = await dao.keyRegistry.key(keyId);
    return { path: ZeroHash, addresses: { solana: encodeBase58(publicKeyX) } };
  },
};
