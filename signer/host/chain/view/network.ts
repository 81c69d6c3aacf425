/** What holds for every key, from the events of KeyRegistry. */

import type { KEY_REGISTRY_ABI } from '../abi.ts';
import type { Events, Of } from './events.ts';

/** In seconds, where it is a time. Beat and bound are 0 before they are set. */
export type NetworkRecord = {
  readonly pausedUntil: number;
  readonly beatBound: number;
  /** requests that one beat is good for */
  readonly releasesPerBeat: number;
  readonly margin: number;
};

export type NetworkEvent =
  | Of<'NetworkPaused' | 'NetworkSuspended', { readonly pausedUntil: number }>
  | Of<'BeatSet', Omit<NetworkRecord, 'pausedUntil'>>;

type State = { network: NetworkRecord };

const pause = {
  read: ({ pausedUntil }: { readonly pausedUntil: number }) => ({ pausedUntil }),
  fold: (state: State, { pausedUntil }: { readonly pausedUntil: number }) => {
    state.network = { ...state.network, pausedUntil };
  },
  ends: true as const,
};

export const networkEvents: Events<typeof KEY_REGISTRY_ABI, NetworkEvent, State> = {
  NetworkPaused: pause,
  NetworkSuspended: pause,
  BeatSet: {
    read: ({ beatBound, releasesPerBeat, margin }) => ({ beatBound, releasesPerBeat, margin }),
    fold: (state, { beatBound, releasesPerBeat, margin }) => {
      state.network = { ...state.network, beatBound, releasesPerBeat, margin };
    },
  },
};
