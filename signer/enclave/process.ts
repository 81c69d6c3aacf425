/**
 * One process of an enclave, from boot to exit: before it has an identity, and one life of that identity, which all calls but three share.
 *
 * DANGER: nothing that tells an identity from another is drawn before its trusted root is named. A copy of the memory from before would else be
 * the same identity with another root: one that registers on the true chain, and one whose hosts tell it what they like.
 */

import type { FinalityConfig } from '../finality/config.ts';
import type { Configuration } from '../formats/configuration.ts';
import type { HeardCommitments } from '../protocol/frost/heard.ts';
import type { Random } from '../protocol/random.ts';
import type { Event } from './api.ts';
import type { Beats } from './beats.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Counters } from './counters.ts';
import type { Firsts } from './firsts.ts';
import type { OwnBoot } from './path/stages.ts';
import type { EncryptionKey } from './peers/hpke.ts';
import type { Ports } from './ports.ts';
import type { KeptState } from './sealing/keptState.ts';
import type { SealingContext } from './sealing/seal.ts';
import type { Pairs } from './sessions/pairs.ts';
import type { Sessions } from './sessions/sessions.ts';

/** What is so whoever lives here: measured, or of the process. */
type Process = {
  /** Which kind of TEE runs this enclave. */
  readonly tee: Uint8Array;
  readonly configuration: Configuration;
  /** The measured configuration of the light client. */
  readonly finality: FinalityConfig;
  readonly sealing: SealingContext;
  readonly counters: Counters;
  /** What the call at hand tells the host. */
  readonly emit: (event: Event) => void;
};

/** Nobody lives here yet: it waits for the root that an identity is drawn for, signs nothing and says nothing but its status. */
export type Unrooted = Process & {
  readonly stage: 'unrooted';
  readonly ports: Ports;
};

/** One life of an identity: what its calls share, and what ends with it. */
export type Rooted = Process & {
  readonly stage: 'rooted';
  readonly ports: Omit<Ports, 'rng'>;
  /** All that is drawn is drawn from here. */
  readonly random: Random;
  readonly kept: KeptState;
  /** Fresh in every life, in memory only, like the nonce: what was sealed to it dies with it. */
  readonly encryption: EncryptionKey;
  readonly nonce: Uint8Array;
  readonly checkpoints: Checkpoints;
  readonly beats: Beats;
  readonly sessions: Sessions;
  readonly heard: HeardCommitments;
  readonly pairs: Pairs;
  /** Refusals that this life has signed. */
  readonly stated: Firsts;
};

export function ownBootOf({ kept, nonce, encryption }: Rooted): OwnBoot {
  return { identity: kept.state.identity.address, nonce, encryptionKey: encryption.publicKey };
}
