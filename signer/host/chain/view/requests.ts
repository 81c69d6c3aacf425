/** Requests, from the events of SigningRequests. */

import type { Request } from '../../../enclave/api.ts';
import type { Hex } from '../../../formats/hex.ts';
import type { SIGNING_REQUESTS_ABI } from '../abi.ts';
import { type Events, lower, type Of } from './events.ts';
import type { EndState, RequestIndex } from './requestIndex.ts';

export type RequestEvent =
  | Of<
      'SignatureRequested',
      {
        readonly id: Hex;
        /** its row's, when it was asked for */
        readonly epoch: number;
        readonly readyAt: number;
        readonly request: Request;
      }
    >
  | Of<
      | 'RequestReady'
      | 'SignatureFulfilled'
      | 'RequestCancelled'
      | 'RequestRefused'
      | 'RequestExpired'
      | 'RequestAbandoned',
      Named
    >;

type Named = { readonly id: Hex };
type State = { readonly requests: RequestIndex };

const ends = (state: EndState) => ({
  read: ({ id }: Named) => ({ id }),
  fold: ({ requests }: State, { id }: Named) => requests.end(id, state),
  ends: true as const,
});

export const requestEvents: Events<typeof SIGNING_REQUESTS_ABI, RequestEvent, State> = {
  SignatureRequested: {
    read: ({ id, requester, intent, counter, epoch, readyAt }) => {
      const request = {
        ...intent,
        effects: intent.effects.map((effect) => ({ ...effect, amount: effect.amount.toString() })),
        requester: lower(requester),
        consumer: lower(intent.consumer),
        counter: counter.toString(),
      };
      return { id, epoch, readyAt, request };
    },
    fold: ({ requests }, { event: _, ...asked }, block) => requests.ask(asked, block),
  },
  RequestReady: {
    read: ({ id }) => ({ id }),
    fold: ({ requests }, { id }, block) => requests.makeReady(id, block),
  },
  SignatureFulfilled: ends('fulfilled'),
  RequestCancelled: ends('cancelled'),
  RequestRefused: ends('refused'),
  RequestExpired: ends('expired'),
  RequestAbandoned: ends('expired'),
};
