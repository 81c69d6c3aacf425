/** `/eth/v1/events?topics=light_client_finality_update`: server-sent events, so that a host need not ask again and again. */

import type { ServerResponse } from 'node:http';
import type { BeaconChain } from './beaconChain.ts';
import { reply } from './routes.ts';

const PATH = '/eth/v1/events';
const TOPIC = 'light_client_finality_update';

export type Events = {
  /** @returns whether the request was for events, and is answered as long as it lasts */
  readonly take: (target: string, response: ServerResponse) => boolean;
  /** Tells all who listen of the last finality. */
  readonly tell: () => void;
};

export function events(chain: BeaconChain): Events {
  const listeners = new Set<ServerResponse>();
  return {
    take: (target, response) => {
      const { pathname, searchParams } = new URL(target, 'http://beacon');
      const topics = searchParams.getAll('topics').flatMap((topic) => topic.split(','));
      if (pathname !== PATH || !topics.includes(TOPIC)) return false;
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.flushHeaders();
      listeners.add(response);
      response.once('close', () => listeners.delete(response));
      return true;
    },
    tell: () => {
      const { body } = reply(chain, `/eth/v1/beacon/light_client/finality_update`);
      for (const response of listeners) response.write(`event: ${TOPIC}\ndata: ${JSON.stringify(body)}\n\n`);
    },
  };
}
