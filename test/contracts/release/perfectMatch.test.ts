/** What scripts/deploy.ts deploys against what a release publishes: explorers must show a perfect match. */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { env } from 'node:process';
import { expect } from 'chai';
import type { Provider } from 'ethers';
import { type Artefacts, artefactsOf, compiledContract } from '../../../scripts/contracts/artefacts.ts';
import { compile, compilerVersion, type StandardInput } from '../../../scripts/contracts/compiler.ts';
import { type Creation, creationsOf } from '../../../scripts/contracts/creations.ts';
import { type Contract, DEPLOYED } from '../../../scripts/contracts/deployed.ts';
import { ipfsHash, mismatches } from '../../../scripts/contracts/perfectMatch.ts';
import { deployedFiles, filesOf } from '../../../scripts/contracts/release.ts';
import { world } from '../support/chain.ts';

const contracts = Object.entries<Contract>(DEPLOYED);

describe('release artefacts', function () {
  this.timeout(600_000); // each contract is compiled from its own sources, some through the other pipeline

  let provider: Provider;
  let creations: Map<string, Creation>;
  const artefacts = new Map<string, Artefacts>();

  before(async () => {
    const it = await world();
    provider = it.ethers.provider;
    creations = await creationsOf(provider, it.record);
    for (const [key, contract] of contracts) artefacts.set(key, await artefactsOf(contract));
  });

  const onChainOf = async (key: string) => {
    const { address, data } = creations.get(key)!;
    return { creation: data, runtime: await provider.getCode(address) };
  };

  it('are made for every contract that is deployed, and no other', () => {
    expect([...creations.keys()].sort()).to.deep.equal(Object.keys(DEPLOYED).sort());
  });

  for (const [key, { name }] of contracts) {
    it(`of ${name} give its creation code, its runtime code and its metadata hash`, async () => {
      const { input, compiled } = artefacts.get(key)!;
      expect(mismatches(await onChainOf(key), input, compiled)).to.deep.equal([]);
      const files = await deployedFiles(provider, creations.get(key)!, artefacts.get(key)!);
      expect(Object.keys(files)).to.deep.equal(['constructor-arguments.json']);
    });
  }

  it('are the same for the same sources', async () => {
    expect(filesOf(await artefactsOf(DEPLOYED.spendReceipt))).to.deep.equal(filesOf(artefacts.get('spendReceipt')!));
  });

  it('are told from a source that differs in one comment', async () => {
    const { input, source, name } = artefacts.get('spendReceipt')!;
    const changed = withSource(input, source, `${input.sources[source]!.content}// other\n`);
    const found = mismatches(await onChainOf('spendReceipt'), changed, compiledContract(changed, source, name));
    expect(found).to.deep.equal(['creation code', 'runtime code', 'metadata hash']);
  });

  it('are told from constructor arguments with a byte too many, and from code with another byte', async () => {
    const { input, compiled } = artefacts.get('spendReceipt')!;
    const { creation, runtime } = await onChainOf('spendReceipt');
    const longer = { creation: `${creation}00`, runtime };
    expect(mismatches(longer, input, compiled)).to.deep.equal(['constructor arguments']);
    const bent = { creation, runtime: `0x61${runtime.slice(4)}` };
    expect(mismatches(bent, input, compiled)).to.deep.equal(['runtime code']);
  });

  it('hash like IPFS', () => {
    expect(ipfsHash('hello world')).to.equal('Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD');
  });

  it('are a perfect match to Sourcify itself', async function () {
    const folder = env.QUORATE_SOURCIFY;
    if (folder === undefined) {
      process.stderr.write('      SKIPPED: set QUORATE_SOURCIFY to a folder with lib-sourcify (docs/releases.md)\n');
      return this.skip();
    }
    for (const [key, { name }] of contracts)
      expect(await sourcify(folder, provider, creations.get(key)!, artefacts.get(key)!), name).to.deep.equal({
        runtimeMatch: 'perfect',
        creationMatch: 'perfect',
      });
  });
});

function withSource(input: StandardInput, source: string, content: string): StandardInput {
  return { ...input, sources: { ...input.sources, [source]: { content } } };
}

type Compiler = { compile(version: string, input: StandardInput): Promise<unknown> };
type Sourcify = {
  SolidityCompilation: new (
    compiler: Compiler,
    version: string,
    input: StandardInput,
    target: { name: string; path: string },
  ) => object;
  Verification: new (
    compilation: object,
    chain: object,
    address: string,
    transaction: string,
  ) => { verify(): Promise<void>; readonly status: object };
};

/** Its own comparison, over our chain and our compiler instead of the network's. */
async function sourcify(folder: string, provider: Provider, { address, transaction }: Creation, it: Artefacts) {
  const library = createRequire(join(folder, 'package.json'))('@ethereum-sourcify/lib-sourcify') as Sourcify;
  const chain = {
    chainId: 31337,
    getBytecode: (at: string) => provider.getCode(at),
    getTx: (hash: string) => provider.getTransaction(hash),
    getContractCreationBytecodeAndReceipt: async (_: string, hash: string) => ({
      creationBytecode: (await provider.getTransaction(hash))?.data,
      txReceipt: await provider.getTransactionReceipt(hash),
    }),
  };
  const compiler: Compiler = { compile: async (_, input) => compile(input) };
  const target = { name: it.name, path: it.source };
  const input = structuredClone(it.input);
  const compilation = new library.SolidityCompilation(compiler, compilerVersion(), input, target);
  const verification = new library.Verification(compilation, chain, address, transaction);
  await verification.verify();
  return verification.status;
}
