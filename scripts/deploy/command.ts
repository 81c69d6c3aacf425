/** `quorate deploy`: says what it will do and what that costs, does it, and says how far it is. */

import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { env, stderr } from 'node:process';
import { JsonRpcProvider, type Signer, Wallet } from 'ethers';
import { reading, requireUrl } from '../../signer/cli/chain/source.ts';
import { type Options, option, type Shown } from '../../signer/cli/command.ts';
import * as answers from '../../signer/host/adapters/answers.ts';
import { readAccount } from '../../signer/host/adapters/keyFileWallet.ts';
import { createRpc } from '../../signer/host/adapters/rpc.ts';
import { Fatal } from '../../signer/host/errors.ts';
import { compilingNarrator } from '../demo/compiling.ts';
import { askedForIn, type DeployOptions } from './options.ts';
import { BadOptions, parseOptions, placeholdersIn } from './optionsFile.ts';
import { recordPath } from './record.ts';

const ROOT = join(import.meta.dirname, '../..');
const LOCAL = 31_337;

export async function deployCommand(options: Options): Promise<Shown> {
  const file = option(options, 'options');
  const decided = optionsIn(file);
  const url = requireUrl(rpcOf(options));
  const chainId = await reading(async () => answers.count(await createRpc(url)('eth_chainId', [])));
  requireOwn(decided, chainId, file);
  const out = typeof options.out === 'string' ? options.out : chainId === LOCAL ? null : recordPath(String(chainId));
  const path = out === null ? null : resolve(out);
  if (typeof options.out === 'string') requireFolderOf(resolve(options.out));
  const keyFile = typeof options['key-file'] === 'string' ? resolve(options['key-file']) : null;

  process.chdir(ROOT); // Hardhat looks for its configuration there, when it is imported
  const say = (line: string) => void stderr.write(`${line}\n`);
  const { buildDeployed } = await import('../contracts/build.ts');
  const compiling = compilingNarrator(say);
  await buildDeployed(compiling, Object.values(askedForIn(decided))).finally(compiling.end);
  const provider = providerOf(url, chainId);
  try {
    const deployer = await deployerOf(provider, keyFile);
    const { perform } = await import('./perform.ts'); // stands on what was compiled
    return await perform({
      provider,
      deployer,
      chainId,
      path,
      options: decided,
      isDry: options['dry-run'] === true,
      say,
    });
  } finally {
    provider.destroy();
  }
}

/** A folder that is not there is mostly one in the wrong spelling. */
function requireFolderOf(path: string): void {
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new Fatal('CONFIG_INVALID', `cannot write ${path}: there is no folder ${folder}`, 'Make it, or correct --out.');
}

function optionsIn(file: string): DeployOptions {
  try {
    return parseOptions(readFileSync(file, 'utf8'));
  } catch (cause) {
    const advice = 'scripts/deploy/options.example.json has all of them, scripts/deploy/daoOptions.ts the reasons.';
    if (cause instanceof BadOptions) throw new Fatal('CONFIG_INVALID', `${file}: ${cause.message}`, advice, { cause });
    throw new Fatal('CONFIG_INVALID', `cannot read ${file}: ${(cause as Error).message}`, advice, { cause });
  }
}

/** An example is nobody's decision. */
function requireOwn(options: DeployOptions, chainId: number, file: string): void {
  const found = chainId === LOCAL ? [] : placeholdersIn(options);
  if (found.length === 0) return;
  const detail = `${file} still has placeholders of the example, on chain ${chainId}: ${found.join(', ')}`;
  throw new Fatal('CONFIG_INVALID', detail, 'Put the names and addresses of your DAO in their place.');
}

function rpcOf({ rpc = env.QUORATE_RPC }: Options): string {
  if (typeof rpc === 'string') return rpc;
  throw new Fatal('CONFIG_INVALID', '--rpc is missing', 'Add --rpc URL, a node of the chain to deploy on.');
}

function providerOf(url: string, chainId: number): JsonRpcProvider {
  if (!/^https?:/.test(url))
    throw new Fatal('CONFIG_INVALID', '--rpc has to be http:// or https:// here', 'Name such an address of the node.');
  // nonces of a moment ago are wrong
  const pollingInterval = chainId === LOCAL ? 20 : 1_000;
  return new JsonRpcProvider(url, chainId, { staticNetwork: true, cacheTimeout: -1, pollingInterval });
}

async function deployerOf(provider: JsonRpcProvider, keyFile: string | null): Promise<Signer> {
  if (keyFile !== null) {
    readAccount(keyFile); // or what is wrong with it
    return new Wallet(readFileSync(keyFile, 'utf8').trim(), provider);
  }
  const key = env.QUORATE_DEPLOYER_KEY;
  if (key !== undefined) return walletOf(key, provider);
  const [first] = await provider.listAccounts();
  if (first !== undefined) return first;
  const advice = 'Add --key-file FILE (mode 0600, the private key in hexadecimal), or set QUORATE_DEPLOYER_KEY.';
  throw new Fatal('CONFIG_INVALID', 'it is not said who deploys, and the node has no account unlocked', advice);
}

function walletOf(key: string, provider: JsonRpcProvider): Wallet {
  try {
    return new Wallet(key, provider);
  } catch {
    const advice = 'A private key is 0x and 64 hexadecimal digits.'; // the cause would show it
    throw new Fatal('CONFIG_INVALID', 'QUORATE_DEPLOYER_KEY is no private key', advice);
  }
}
