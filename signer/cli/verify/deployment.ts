/** `quorate verify deployment`: computes again, from the chain alone, what a record, a report or a page says of a deployment. */

import { join } from 'node:path';
import { hexToBytes } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import * as answers from '../../host/adapters/answers.ts';
import { readHistory } from '../chain/readLedger.ts';
import { openSource, reading, SOURCE, type Source } from '../chain/source.ts';
import { type Command, type Options, table } from '../command.ts';
import { readBytes } from '../namedFile.ts';
import { BUILD, ENCLAVE_BUNDLE } from '../operate/bundle.ts';
import { configurationBytes, FINALITY, finalityFileOf, knownFinality } from '../operate/configuration.ts';
import type { Check } from './check.ts';
import { compiledCode, directory, recordedCode } from './recomputeCode.ts';
import { keysNow, recomputeEnclaves, recomputeKeys } from './recomputeKeys.ts';
import { measured } from './recomputeMeasurement.ts';
import { recomputeRequests } from './recomputeRequests.ts';
import { managedContracts, plannedRoles, timelock } from './recomputeRoles.ts';
import { recomputeVendors } from './recomputeVendors.ts';

export const verifyDeployment: Command = {
  summary: 'compute again from the chain: code, directory, roles, keys, requests, signatures, measurement',
  options: [
    ...SOURCE,
    { name: 'bundle', means: "the enclave's bundle; unless said, what `npm run build` made" },
    FINALITY,
  ],
  run: async (options) => {
    const bundle = bundleOf(options);
    const source = await openSource(options);
    const finality = knownFinality(source.record.chainId, finalityFileOf(options));
    const checks = await reading(() => checksOf(source, bundle, finality));
    const ok = checks.every(({ is }) => is !== 'wrong');
    return { json: { chainId: source.record.chainId, ok, checks }, text: textOf(checks, ok), ok };
  },
};

/** One that was named has to be there; without what `npm run build` makes, this one thing is unproven. @throws Fatal */
function bundleOf({ bundle }: Options): string {
  if (typeof bundle !== 'string') return join(BUILD, ENCLAVE_BUNDLE);
  readBytes(bundle, '`quorate bundle` makes it; without --bundle it is what `npm run build` made.');
  return bundle;
}

async function checksOf(source: Source, bundle: string, finality: Uint8Array | null): Promise<readonly Check[]> {
  const history = await readHistory(source.chain, source.startBlock);
  const keys = await keysNow(source, history);
  return [
    recordedCode(source),
    await compiledCode(source),
    await directory(source),
    await managedContracts(source),
    ...(await plannedRoles(source)),
    await timelock(source, history),
    ...(await recomputeVendors(source)),
    await measured(source, history, finality && (await configurationOf(source, finality)), bundle),
    ...recomputeEnclaves(source, history),
    ...(await recomputeKeys(source, history, keys)),
    ...(await recomputeRequests(source, history, keys)),
  ];
}

async function configurationOf({ rpc, record }: Source, finality: Uint8Array): Promise<Uint8Array> {
  const genesis = answers.block(await rpc('eth_getBlockByNumber', ['0x0', false]));
  if (genesis === null) throw new Error('the RPC has no block 0');
  return hexToBytes(configurationBytes(record, genesis.hash as Hex, finality));
}

const MARKS = { ok: 'ok', wrong: 'WRONG', unproven: 'unproven' } as const;

function textOf(checks: readonly Check[], ok: boolean): string {
  const rows = checks.map(({ what, is, detail }) => [MARKS[is], what, detail]);
  const wrong = checks.filter(({ is }) => is === 'wrong').length;
  const verdict = ok
    ? 'All that can be computed again from the chain is as it should be.'
    : `${wrong} of ${checks.length} are WRONG.`;
  const limits =
    'Not computed again: hardware evidence, finality (the RPC is believed), what constructors were given. Ask another RPC, too.';
  return [table(rows), verdict, limits].join('\n');
}
