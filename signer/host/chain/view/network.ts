/** What holds for every key, from the events of KeyRegistry. */

import type { KEY_REGISTRY_ABI } from '../abi.ts';
import type { Events, Of } from './events.ts';

/** In seconds. */
export type NetworkRecord = { readonly pausedUntil: number; readonly margin: number };

export type NetworkEvent =
  | Of<'NetworkPaused' | 'NetworkSuspended', { readonly pausedUntil: number }>
  | Of<'BeatSet', { readonly margin: number }>;

type State = { network: NetworkRecord };

const pause = {
  read: ({ pausedUntil }: { readonly pausedUntil: number }) => ({ pausedUntil }),
  fold: (state: State, { pausedUntil }: { readonly pausedUntil: number }) => {
    state.network = { ...state.network, pausedUntil };
  },
};

export const networkEvents: Events<typeof KEY_REGISTRY_ABI, NetworkEvent, State> = {
  NetworkPaused: pause,
  NetworkSuspended: pause,
  BeatSet: {
    read: ({ margin }) => ({ margin }),
    fold: (state, { margin }) => {
      state.network = { ...state.network, margin };
    },
  },
};
