/** The account that people try votes with: the first of the DAO's holders, whose key every Hardhat node has. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HDNodeWallet } from 'ethers';
import type { Devnet } from '../../signer/cli/devnet/record.ts';
import type { LocalNetwork } from '../local/network.ts';

/** Known to everybody: whatever it holds on another chain is gone. */
const MNEMONIC = 'test test test test test test test test test test test junk';
const FIRST_HOLDER = 1;

export function voterOf({ chain }: LocalNetwork, directory: string): Devnet['voter'] {
  const { address, privateKey } = HDNodeWallet.fromPhrase(MNEMONIC, '', `m/44'/60'/0'/0/${FIRST_HOLDER}`);
  if (chain.accounts[FIRST_HOLDER]?.address !== address) throw new Error('the node has other accounts than expected');
  const keyFile = join(directory, 'voter.key');
  writeFileSync(keyFile, `${privateKey}\n`, { mode: 0o600 });
  return { address, keyFile };
}
