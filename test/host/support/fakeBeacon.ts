/** A beacon node on loopback: the development beacon's answers about blocks that a test finalises, but for the faults that it is given. */

import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BeaconChain, beaconChain } from '../../../scripts/local/beacon/beaconChain.ts';
import { developmentConfig } from '../../../scripts/local/beacon/configuration.ts';
import { events } from '../../../scripts/local/beacon/events.ts';
import { type Reply, reply } from '../../../scripts/local/beacon/routes.ts';
import type { FinalityConfig } from '../../../signer/finality/config.ts';
import { execution } from '../../finality/support/scenes.ts';

/** Periods of 32 slots, so fifteen finalities each. */
export const BEACON_CONFIG = developmentConfig({ syncCommitteeSize: 32, epochsPerSyncCommitteePeriod: 4 });

/** Instead of an honest answer; null for the honest one. */
export type Fault = (response: ServerResponse, target: string, honest: Reply) => boolean;

export type FakeBeacon = {
  readonly url: string;
  readonly chain: BeaconChain;
  /** targets of all requests so far */
  readonly asked: string[];
  /** what it does from now on */
  fault: Fault | null;
  finalise(name: string): void;
  close(): Promise<void>;
};

export async function fakeBeacon(config: FinalityConfig = BEACON_CONFIG, isTelling = false): Promise<FakeBeacon> {
  const chain = beaconChain(config);
  const stream = events(chain);
  const asked: string[] = [];
  const server = createServer(({ url = '/' }, response) => {
    asked.push(url);
    const honest = reply(chain, url);
    if (node.fault?.(response, url, honest)) return;
    if (isTelling && stream.take(url, response)) return;
    json(response, honest.status, honest.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const node: FakeBeacon = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    chain,
    asked,
    fault: null,
    finalise: (name) => {
      chain.finalise(execution(name));
      stream.tell();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return node;
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
