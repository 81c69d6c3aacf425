/** A beacon node between a host and the development beacon: honest, stalled at what it told last, or of a fork that the same committee signs. */

import { createServer } from 'node:http';
import { type BeaconChain, beaconChain } from '../../../scripts/local/beacon/beaconChain.ts';
import { developmentConfig } from '../../../scripts/local/beacon/configuration.ts';
import { reply } from '../../../scripts/local/beacon/routes.ts';
import { execution } from '../../finality/support/scenes.ts';

export type BeaconRelay = {
  readonly url: string;
  stall(): void;
  /** Signs another block at the slot that was told last. */
  fork(): void;
  honest(): void;
  /** Passes on another beacon's words from now on. */
  turnTo(beacon: string): void;
  /** Of the finalised header that was told last. */
  slot(): number;
  /** Answers that were not what the beacon says by then. */
  readonly lies: () => number;
  close(): Promise<void>;
};
type Told = { readonly status: number; readonly text: string };

const FINALITY = '/eth/v1/beacon/light_client/finality_update';
const EVENTS = '/eth/v1/events';

export async function startBeaconRelay(beacon: string): Promise<BeaconRelay> {
  let last: Told | null = null;
  let mode: 'honest' | 'stalled' | BeaconChain = 'honest';
  let lies = 0;
  let source = beacon;
  const pass = async (url: string): Promise<Told> => {
    const response = await fetch(`${source}${url}`);
    return { status: response.status, text: await response.text() };
  };
  const tell = async (url: string): Promise<Told> => {
    if (url.startsWith(EVENTS)) return { status: 404, text: '{}' }; // hosts ask again by themselves
    if (url !== FINALITY) return pass(url);
    if (mode === 'honest') last = await pass(url);
    else lies += 1;
    if (typeof mode !== 'string') return told(mode, url);
    return last ?? { status: 404, text: '{}' };
  };
  const server = createServer(async ({ url = '/' }, response) => {
    const { status, text } = await tell(url).catch(() => ({ status: 503, text: '{}' }));
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as { readonly port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    stall: () => {
      mode = 'stalled';
    },
    fork: () => {
      mode = forkAt(slotIn(last));
    },
    honest: () => {
      mode = 'honest';
    },
    turnTo: (other) => {
      source = other;
    },
    slot: () => slotIn(last),
    lies: () => lies,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function told(chain: BeaconChain, url: string): Told {
  const { status, body } = reply(chain, url);
  return { status, text: JSON.stringify(body) };
}

function slotIn(last: Told | null): number {
  if (last === null || last.status !== 200) throw new Error('the beacon has told nothing yet');
  const { data } = JSON.parse(last.text) as {
    readonly data: { readonly finalized_header: { readonly beacon: { readonly slot: string } } };
  };
  return Number(data.finalized_header.beacon.slot);
}

function forkAt(slot: number): BeaconChain {
  const chain = beaconChain(developmentConfig(), slot);
  chain.finalise(execution('another block'));
  return chain;
}
