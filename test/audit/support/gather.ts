/** Bundles of a scene, whether they hold or not; and of a scene whose storage somebody has changed behind the contracts' backs. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { hexlify } from 'ethers';
import type { Bundle } from '../../../signer/audit/bundle.ts';
import { encodeBundle } from '../../../signer/audit/decodeBundle.ts';
import type { Trust } from '../../../signer/audit/trust.ts';
import { type Audit, verifyBundle } from '../../../signer/audit/verifyBundle.ts';
import { beaconRoutes } from '../../../signer/cli/audit/beaconRoutes.ts';
import { gatherUnchecked } from '../../../signer/cli/audit/gatherBundle.ts';
import { readHistory } from '../../../signer/cli/chain/readLedger.ts';
import { openSource } from '../../../signer/cli/chain/source.ts';
import { uintWord } from '../../../signer/formats/words.ts';
import type { Kind, Scene } from './scene.ts';

type Bytes = Uint8Array;

export async function gather(it: Scene, kind: Kind): Promise<Bundle> {
  const { urls, files, beacon, checkpoint, requests } = it;
  const source = await openSource({ rpc: urls.rpc, deployment: files.deployment });
  const history = await readHistory(source.chain, source.startBlock);
  const configuration = Uint8Array.from(readFileSync(files.configuration));
  const id = requests[kind].id as `0x${string}`;
  return gatherUnchecked(source, history, beaconRoutes(urls.beacon, beacon.config), configuration, { id, checkpoint });
}

/** Sets one storage word, and says what it was: no contract lets anybody do this. */
export async function setWord(
  { world: { ethers } }: Scene,
  address: Bytes | string,
  slot: Bytes,
  change: (word: bigint) => bigint,
): Promise<void> {
  const at = [typeof address === 'string' ? address : hexlify(address), hexlify(slot)] as const;
  const word = BigInt(await ethers.provider.send('eth_getStorageAt', [...at, 'latest']));
  await ethers.provider.send('hardhat_setStorageAt', [...at, hexlify(uintWord(change(word)))]);
}

/** A block more, final. */
export async function settle(it: Scene): Promise<void> {
  await it.world.helpers.mine(1);
  await it.finalise();
}

export function trustOf({ checkpoint, recorded }: Scene, change: Partial<Trust> = {}): Trust {
  return { checkpoint, deployment: recorded, configuration: null, ...change };
}

export function audited(bundle: Bundle, trust: Trust): Audit {
  const audit = verifyBundle(encodeBundle(bundle), trust);
  expect(audit, 'a bundle').to.not.equal(null);
  return audit!;
}

/** The first link that does not hold, with the code of its reason; null where all do. */
export function brokenIn({ ok, links }: Audit): string | null {
  const first = links.find((one) => !one.ok);
  expect(ok, 'ok says whether a link is broken').to.equal(first === undefined);
  return first === undefined ? null : `${first.link} ${first.detail.split(':')[0]}`;
}
