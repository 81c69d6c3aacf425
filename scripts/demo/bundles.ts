/** `out/bundles/<requestId>.json`: what an auditor needs of each fulfilled request (docs/audit.md), gathered as `quorate requests export` does. */

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getBytes } from 'ethers';
import { beaconRoutes } from '../../signer/cli/audit/beaconRoutes.ts';
import { gatherBundle } from '../../signer/cli/audit/gatherBundle.ts';
import { openSource } from '../../signer/cli/chain/source.ts';
import { configurationIn, finalityIn } from '../../signer/cli/operate/measuredConfiguration.ts';
import { Fatal } from '../../signer/host/errors.ts';
import { until } from '../local/until.ts';

export type Site = {
  readonly rpc: string;
  readonly beacon: string;
  /** File of the deployment's record. */
  readonly deployment: string;
  /** The measured one. */
  readonly configuration: Uint8Array;
};

const PATIENCE = 20_000;

/** Those of former runs go. @param checkpoint root of the beacon block that they start from @returns the files, in the order of the requests */
export async function writeBundles(
  folder: string,
  site: Site,
  checkpoint: string,
  requests: readonly string[],
): Promise<readonly string[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const files: string[] = [];
  for (const id of requests) {
    const file = join(folder, `${id}.json`);
    await writeFile(file, await bundleOf(site, checkpoint, id));
    files.push(file);
  }
  return files;
}

/** As soon as the beacon calls its fulfilment final. */
export async function bundleOf(site: Site, checkpoint: string, id: string): Promise<string> {
  const source = await openSource({ rpc: site.rpc, deployment: site.deployment });
  const beacon = beaconRoutes(site.beacon, finalityIn(configurationIn(site.configuration)));
  let text = '';
  await until(`the fulfilment of ${id} is final`, PATIENCE, async () => {
    try {
      text = (await gatherBundle(source, beacon, site.configuration, { id, checkpoint: getBytes(checkpoint) })).text;
      return true;
    } catch (error) {
      if (error instanceof Fatal && /REQUEST_NOT_FULFILLED/.test(error.message)) return false;
      throw error;
    }
  });
  return text;
}
