/** The wallet port over private keys in files that only their owner may read. */

import { readFileSync, statSync } from 'node:fs';
import { type Hex, keccak256 } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import type { Deployment } from '../chain/deployment.ts';
import { Fatal } from '../errors.ts';
import type { Wallet } from '../ports/wallet.ts';

const REGISTRATION = [
  { name: 'operator', type: 'address' },
  { name: 'identity', type: 'address' },
  { name: 'region', type: 'bytes32' },
  { name: 'tlsKey', type: 'bytes32' },
  { name: 'endpoint', type: 'string' },
  { name: 'epoch', type: 'uint32' },
  { name: 'challengeBlock', type: 'uint64' },
  { name: 'challenge', type: 'bytes32' },
  { name: 'tee', type: 'bytes32' },
] as const;
const PRESENTATION = [
  { name: 'registration', type: 'Registration' },
  { name: 'evidence', type: 'bytes32' },
] as const;

export function createWallet(deployment: Deployment, operatorFile: string, ...gasFiles: readonly string[]): Wallet {
  const operator = readAccount(operatorFile);
  const payers = new Map(gasFiles.map(readAccount).map((account) => [account.address.toLowerCase() as Hex, account]));
  const domain = {
    name: 'Quorate EnclaveRegistry',
    version: '1',
    chainId: deployment.chainId,
    verifyingContract: deployment.enclaveRegistry,
  };
  return {
    operator: operator.address.toLowerCase() as Hex,
    gasAccounts: [...payers.keys()],
    signPresentation: (registration, evidence) =>
      operator.signTypedData({
        domain,
        types: { Registration: REGISTRATION, Presentation: PRESENTATION },
        primaryType: 'Presentation',
        message: {
          registration: { ...registration, challengeBlock: BigInt(registration.challengeBlock) },
          evidence: keccak256(evidence),
        },
      }),
    signTransaction: async (from, transaction) => {
      const payer = payers.get(from);
      if (payer === undefined) throw new Error(`no key of ${from}`);
      const raw = await payer.signTransaction({ ...transaction, type: 'eip1559', chainId: deployment.chainId });
      return { raw, hash: keccak256(raw) };
    },
  };
}

export function readAccount(file: string): PrivateKeyAccount {
  const advice = `Put a 32-byte private key as 0x-hex into ${file} with mode 0600; \`quorate init\` makes one.`;
  let [text, mode] = ['', 0];
  try {
    text = readFileSync(file, 'utf8').trim();
    mode = statSync(file).mode;
  } catch (cause) {
    throw new Fatal('CONFIG_INVALID', `cannot use the key file ${file}: ${(cause as Error).message}`, advice, {
      cause,
    });
  }
  if ((mode & 0o077) !== 0)
    throw new Fatal('CONFIG_INVALID', `others may read the key file ${file}`, `Make it yours alone: chmod 600 ${file}`);
  if (!/^0x[0-9a-fA-F]{64}$/.test(text))
    throw new Fatal('CONFIG_INVALID', `${file} does not hold a private key`, advice);
  return accountOf(text as Hex, file, advice);
}

/** The cause would say the number. */
function accountOf(key: Hex, file: string, advice: string): PrivateKeyAccount {
  try {
    return privateKeyToAccount(key);
  } catch {
    throw new Fatal('CONFIG_INVALID', `${file} does not hold a private key: its number is out of range`, advice);
  }
}
