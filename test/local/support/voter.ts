/** What somebody does who has nothing of a devnet but what `quorate devnet up --json` printed. */

import { readFileSync } from 'node:fs';
import { JsonRpcProvider, Wallet } from 'ethers';
import { buildSpend, finalise, isSpendValid, taprootScript } from '../../../scripts/local/bitcoin.ts';
import { claimDerivedKey } from '../../../scripts/local/key.ts';
import { untilFulfilled, voteForSpend } from '../../../scripts/local/spend.ts';
import { vote } from '../../../scripts/local/vote.ts';
import type { Devnet } from '../../../signer/cli/devnet/record.ts';
import { SpendReceipt__factory } from '../../../types/factories/contracts/examples/SpendReceipt__factory.ts';
import { QuorateGovernor__factory } from '../../../types/factories/contracts/governance/QuorateGovernor__factory.ts';
import { DerivedKeys__factory } from '../../../types/factories/contracts/keys/DerivedKeys__factory.ts';
import { KeyRegistry__factory } from '../../../types/factories/contracts/keys/KeyRegistry__factory.ts';
import { SigningRequests__factory } from '../../../types/factories/contracts/requests/SigningRequests__factory.ts';

type Record = { readonly contracts: Readonly<{ [name: string]: { readonly address: string } }> };

export function readDeployment({ deployment }: Devnet): (name: string) => string {
  const { contracts } = JSON.parse(readFileSync(deployment, 'utf8')) as Record;
  return (name) => contracts[name]!.address;
}

/** Proposes and votes alone, and waits for the signature; whether Bitcoin would take what comes of it. */
export async function spendByVote(devnet: Devnet): Promise<boolean> {
  const provider = new JsonRpcProvider(devnet.rpc, 31337, {
    staticNetwork: true,
    pollingInterval: 50,
    cacheTimeout: -1,
  });
  const wallet = new Wallet(readFileSync(devnet.voter.keyFile, 'utf8').trim(), provider);
  const at = readDeployment(devnet);
  const chain = {
    provider,
    mine: (blocks: number) => provider.send('hardhat_mine', [`0x${blocks.toString(16)}`]),
    passTime: async (seconds: number) => {
      await provider.send('evm_increaseTime', [seconds]);
      await provider.send('hardhat_mine', ['0x1']);
    },
  };
  const governor = QuorateGovernor__factory.connect(at('governor'), wallet);
  const dao = {
    spendReceipt: SpendReceipt__factory.connect(at('spendReceipt'), wallet),
    signingRequests: SigningRequests__factory.connect(at('signingRequests'), wallet),
    keyRegistry: KeyRegistry__factory.connect(at('keyRegistry'), wallet),
    derivedKeys: DerivedKeys__factory.connect(at('derivedKeys'), wallet),
    decide: (title: string, actions: Parameters<typeof vote>[4]) => vote(chain, governor, [wallet], title, actions),
  };
  try {
    const { keyId, requester, path } = devnet.keys.find(({ scheme }) => scheme === 'bip340')!;
    const key = await claimDerivedKey(dao, keyId, requester, path);
    const prevout = { txid: 'cd'.repeat(32), index: 0, script: taprootScript(key.outputKey), amount: 50_000n };
    const spend = buildSpend(prevout, key.internalKey, taprootScript(key.internalKey), 500n);
    const { requestId } = await voteForSpend(chain, dao, key, spend, 'Pay a supplier from the devnet');
    const [signature] = await untilFulfilled(dao, requestId, 60_000);
    return isSpendValid(finalise(spend.psbt, Buffer.from(signature!.slice(2), 'hex')), [prevout]);
  } finally {
    provider.destroy();
  }
}
