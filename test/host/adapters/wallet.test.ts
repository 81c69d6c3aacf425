import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { verifyTypedData } from 'ethers';
import { keccak256, recoverTransactionAddress, type TransactionSerializedEIP1559 } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { createWallet } from '../../../signer/host/adapters/keyFileWallet.ts';
import type { Deployment } from '../../../signer/host/chain/deployment.ts';
import type { Transaction } from '../../../signer/host/ports/chain.ts';
import { word } from '../support/fakeChain.ts';

const DEPLOYMENT = { chainId: 31_337, enclaveRegistry: `0x${'02'.repeat(20)}` } as unknown as Deployment;
const TRANSACTION: Transaction = {
  ...{ to: `0x${'04'.repeat(20)}`, data: '0x01', value: 0n, gas: 21_000n, nonce: 7 },
  ...{ maxFeePerGas: 100n, maxPriorityFeePerGas: 1n },
};

describe('wallet', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'quorate-wallet-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const keyFile = (key: number) => {
    const file = join(directory, `${key}.key`);
    writeFileSync(file, word(key), { mode: 0o600 });
    return file;
  };
  const addressOf = (key: number) => privateKeyToAccount(word(key)).address.toLowerCase();

  it('pays from the account that it is told, each of them its own', async () => {
    const wallet = createWallet(DEPLOYMENT, keyFile(1), keyFile(2), keyFile(3));
    expect([wallet.operator, ...wallet.gasAccounts]).to.deep.equal([addressOf(1), addressOf(2), addressOf(3)]);
    for (const account of wallet.gasAccounts) {
      const { raw, hash } = await wallet.signTransaction(account, TRANSACTION);
      const from = await recoverTransactionAddress({ serializedTransaction: raw as TransactionSerializedEIP1559 });
      expect(from.toLowerCase()).to.equal(account);
      expect(hash).to.equal(keccak256(raw));
    }
  });

  it('makes the same transaction of the same fields: one that was written down is found again', async () => {
    const wallet = createWallet(DEPLOYMENT, keyFile(1), keyFile(2));
    const [payer] = wallet.gasAccounts;
    const twice = [
      await wallet.signTransaction(payer!, TRANSACTION),
      await wallet.signTransaction(payer!, TRANSACTION),
    ];
    expect(twice[0]).to.deep.equal(twice[1]);
  });

  it('signs for a registration with one evidence, as the registry reads it', async () => {
    const wallet = createWallet(DEPLOYMENT, keyFile(1), keyFile(2));
    const registration = {
      ...{
        operator: wallet.operator,
        identity: wallet.operator,
        region: word(3),
        tlsKey: word(4),
        endpoint: 'wss://ü',
      },
      ...{ epoch: 5, challengeBlock: 6, challenge: word(7), tee: word(8) },
    };
    const page = readFileSync(new URL('../../../docs/formats.md', import.meta.url), 'utf8');
    const fieldsOf = (name: string) =>
      (new RegExp(`^${name}\\((.*)\\)$`, 'm').exec(page)?.[1] ?? '').split(',').map((field) => {
        const [type = '', title = ''] = field.split(' ');
        return { type, name: title };
      });
    const types = { Registration: fieldsOf('Registration'), Presentation: fieldsOf('Presentation') };
    const domain = { name: 'Quorate EnclaveRegistry', version: '1', chainId: 31_337 };
    const message = { registration, evidence: keccak256('0x1234') };
    const signature = await wallet.signPresentation(registration, '0x1234');
    const verifyingContract = DEPLOYMENT.enclaveRegistry;
    expect(verifyTypedData({ ...domain, verifyingContract }, types, message, signature).toLowerCase()).to.equal(
      wallet.operator,
    );
    expect(await wallet.signPresentation(registration, '0x1235')).to.not.equal(signature);
  });

  it('has each account once, whatever files name it', () => {
    expect(createWallet(DEPLOYMENT, keyFile(1), keyFile(1), keyFile(1)).gasAccounts).to.deep.equal([addressOf(1)]);
  });

  it('signs for no other account', async () => {
    const wallet = createWallet(DEPLOYMENT, keyFile(1), keyFile(2));
    const failed = await wallet.signTransaction(wallet.operator, TRANSACTION).catch((error: Error) => error.message);
    expect(failed).to.equal(`no key of ${addressOf(1)}`);
  });
});
