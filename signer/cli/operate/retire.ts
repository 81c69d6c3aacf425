/**
 * `quorate retire`: ends the registration of an enclave of this operator, with the operator account. For a node that ends, and for an enclave whose
 * sealed state is lost. A host that is started again takes it back, as it registers what is not registered.
 */

import { encodeFunctionData, isHex } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { readConfig, readDeployment } from '../../host/adapters/assemble.ts';
import { createWallet } from '../../host/adapters/keyFileWallet.ts';
import { openChain } from '../../host/adapters/openChain.ts';
import { systemClock } from '../../host/adapters/systemClock.ts';
import { ENCLAVE_REGISTRY_ABI } from '../../host/chain/abi.ts';
import type { Deployment } from '../../host/chain/deployment.ts';
import type { Config } from '../../host/config.ts';
import { describe, Fatal, isRetryable } from '../../host/errors.ts';
import { UNMEASURED } from '../../host/metrics.ts';
import type { Chain, Receipt, Transaction } from '../../host/ports/chain.ts';
import { sleep } from '../../host/ports/clock.ts';
import type { Wallet } from '../../host/ports/wallet.ts';
import { gasLimit, marketPrice } from '../../host/posting/fees.ts';
import { CONFIG, type Command, type Options, option } from '../command.ts';
import { listenerAt } from '../doctor/machine.ts';

export const retire: Command = {
  summary:
    'end the registration of an enclave of this operator: it begins no session until its host is started again; without --yes only say what would happen',
  options: [
    CONFIG,
    { name: 'enclave', means: 'its id; without it, the one with which the operator takes part' },
    { name: 'yes', means: 'send the transaction', isSwitch: true },
  ],
  run: async (options) => {
    const config = readConfig(option(options, 'config'));
    const deployment = readDeployment(config);
    await requireNoHost(config);
    const chain = openChain(config.chain.rpc, deployment, SILENT);
    const wallet = createWallet(deployment, config.operator.keyFile, config.operator.keyFile);
    try {
      const enclave = await enclaveOf(options, chain, wallet);
      const transaction = await transactionOf(chain, wallet, config, deployment, enclave);
      const json = { enclave, operator: wallet.operator, hash: null, block: null };
      if (options.yes !== true) return { json, text: announced(json), ok: true };
      const sent = await send(chain, wallet, transaction);
      return {
        json: { ...json, ...sent },
        text: `retired ${enclave} in block ${sent.block} (${sent.hash})\n\n${NEXT}`,
        ok: true,
      };
    } catch (cause) {
      if (!isRetryable(cause)) throw cause;
      throw wrong(
        describe(cause),
        'Nothing was retired. `quorate doctor` looks at provider, contracts and gas account.',
      );
    }
  },
};

const SILENT = {
  ...{ clock: systemClock, log: () => {}, metrics: UNMEASURED },
  problems: { set: () => {}, clear: () => {} },
};
const NEXT = `Next: leave its host stopped, also by a service manager (\`systemctl disable --now quorate\`): started again, it registers the enclave anew.
For another enclave in its place: set "replaceIdentity": true, give it an empty dataDirectory, and let the DAO give the new one a seat in the next committee.`;

/** Its gas account may be the same: two that count nonces would take each other’s. */
async function requireNoHost({ health }: Config): Promise<void> {
  const at = `${health.host}:${health.port}`;
  const listener = await listenerAt(health.host, health.port);
  if (listener === 'quorate')
    throw wrong(`a host runs at ${at}`, 'Stop it first: it would register its enclave again.');
  // A busy host answers late, and what follows cannot be undone.
  if (listener === 'silent')
    throw wrong(
      `what listens at ${at} does not answer`,
      'If it is a host, stop it first; else name another health.port.',
    );
}

async function enclaveOf({ enclave }: Options, chain: Chain, { operator }: Wallet): Promise<Hex> {
  if (typeof enclave === 'string') {
    if (isHex(enclave) && enclave.length === 66) return enclave;
    throw wrong(`--enclave ${enclave} is no id of an enclave`, '`quorate enclaves` lists them.');
  }
  const chosen = await chain.enclaveOf(operator);
  if (chosen !== null) return chosen;
  throw wrong(
    `the operator ${operator} takes part with no enclave`,
    'There is nothing to retire; `quorate enclaves` lists them all.',
  );
}

/** What would revert is refused here, with the contract's own reason. */
async function transactionOf(
  chain: Chain,
  { operator }: Wallet,
  { fees }: Config,
  { enclaveRegistry: to }: Deployment,
  enclave: Hex,
): Promise<Transaction> {
  const data = encodeFunctionData({ abi: ENCLAVE_REGISTRY_ABI, functionName: 'retire', args: [enclave] });
  const gas = gasLimit(await chain.estimateGas(operator, to, data));
  const price = marketPrice(await chain.fees(), fees);
  if (price === null)
    throw wrong('gas is dearer than fees.maxFeePerGas', 'Raise it in the configuration file, or wait.');
  return { to, data, value: 0n, gas, nonce: await chain.nonce(operator), ...price };
}

/** So often a receipt is looked for, at so many milliseconds. */
const [LOOKS, PAUSE] = [150, 2_000];

async function send(chain: Chain, wallet: Wallet, transaction: Transaction): Promise<{ hash: Hex; block: number }> {
  const { raw, hash } = await wallet.signTransaction(wallet.operator, transaction);
  await chain.send(raw);
  const receipt = await receiptOf(chain, hash);
  if (receipt === null)
    throw wrong(`transaction ${hash} was sent, and is not mined yet`, 'Wait for it; run this again if it never is.');
  if (!receipt.success)
    throw wrong(`transaction ${hash} was reverted`, 'Run this again: it says why, before it sends.');
  return { hash, block: receipt.block };
}

async function receiptOf(chain: Chain, hash: Hex): Promise<Receipt | null> {
  for (let look = 0; look < LOOKS; look += 1) {
    const receipt = await chain.receipt(hash);
    if (receipt !== null) return receipt;
    await sleep(systemClock, PAUSE);
  }
  return null;
}

function announced({ enclave, operator }: { enclave: Hex; operator: Hex }): string {
  return `would retire enclave ${enclave} of operator ${operator}: its keys do without its share, until a host is started with its data directory again\n\nNext: the same with --yes`;
}

function wrong(detail: string, advice: string): Fatal {
  return new Fatal('CONFIG_INVALID', detail, advice);
}
