/** What a beacon node must do before an enclave can be brought on by it. */

import { bytesToHex } from 'viem';
import { createBeacon } from '../../host/adapters/beaconNodes.ts';
import type { Connection } from '../../host/adapters/rpc.ts';
import { createRpcChain } from '../../host/adapters/rpcChain.ts';
import { systemClock } from '../../host/adapters/systemClock.ts';
import type { Deployment } from '../../host/chain/deployment.ts';
import type { Config } from '../../host/config.ts';
import type { Beacon } from '../../host/ports/beacon.ts';
import { hostOf } from '../../host/redact.ts';
import { behind, type Check, examineAll, type Finding } from './examine.ts';

/** For a command that asks a little and ends. */
export function beaconOf(urls: readonly string[], { finality }: Pick<Deployment, 'finality'>): Beacon {
  const silent = { log: () => {}, metrics: { add: () => {} }, problems: { set: () => {}, clear: () => {} } };
  return createBeacon(urls, finality, { ...silent, clock: systemClock, jitter: Math.random });
}

/** Of a node that does not answer nothing else can be told, nor be amiss. */
export async function examineBeacon(
  url: string,
  connection: Pick<Connection, 'rpc'>,
  config: Pick<Config, 'chain'>,
  deployment: Deployment,
): Promise<readonly Finding[]> {
  const [first, ...rest] = await examineAll(checksOfBeacon(url, connection, config, deployment));
  if (first === undefined || first.ok) return first === undefined ? [] : [first, ...rest];
  return [first, ...rest.map((finding) => behind(first.check, finding))];
}

/** An enclave starts without a beacon node, and attests to a block that one of them has named. */
export function behindBeacons(
  beacons: readonly (readonly Finding[])[],
  [starts, ...rest]: readonly Finding[],
): readonly Finding[] {
  const [first] = beacons.flatMap((findings) => findings.slice(0, 1));
  const isDead = first !== undefined && beacons.every(([one]) => one?.ok === false);
  if (starts === undefined) return [];
  return [starts, ...rest.map((one) => (isDead && !one.ok ? behind(first.check, one) : one))];
}

function checksOfBeacon(
  url: string,
  { rpc }: Pick<Connection, 'rpc'>,
  config: Pick<Config, 'chain'>,
  deployment: Deployment,
): readonly Check[] {
  const [name, beacon] = [hostOf(url), beaconOf([url], deployment)];
  const { checkpoint } = config.chain;
  return [
    {
      name: `beacon ${name}`,
      advice: `Put a beacon node of the home chain (genesis ${bytesToHex(deployment.finality.genesisValidatorsRoot)}) that serves light clients into chain.beacon.`,
      run: async () => {
        const { slot } = await beacon.finality(0);
        return `its newest finality is of slot ${slot}`;
      },
    },
    {
      name: `beacon ${name} in step`,
      advice: 'The beacon node or the RPC is behind, or they are of two chains: enclaves take only what both have.',
      run: async () => inStep(await beacon.finality(0), createRpcChain(rpc, deployment)),
    },
    ...(checkpoint === null ? [] : [checkpointCheck(name, beacon, checkpoint)]),
  ];
}

async function inStep({ blockHash }: { readonly blockHash: `0x${string}` }, chain: ReturnType<typeof createRpcChain>) {
  const block = await chain.blockOf(blockHash);
  if (block === null) throw new Error(`it calls block ${blockHash} final, which the RPC does not know`);
  const { number } = await chain.finalized();
  return `block ${block.number} is final there, ${number} at the RPC`;
}

function checkpointCheck(name: string, beacon: Beacon, root: `0x${string}`): Check {
  return {
    name: `checkpoint at ${name}`,
    advice:
      'Take a newer chain.checkpoint from a source that you trust: nodes forget old ones. An enclave that has one does not need it.',
    isDoubtful: true,
    run: async () => `starts at slot ${(await beacon.bootstrap(root)).slot}`,
  };
}
