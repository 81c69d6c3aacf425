/** One life of an enclave, from boot to exit: all that its calls share. */

import type { FinalityConfig } from '../finality/config.ts';
import type { Configuration } from '../formats/configuration.ts';
import type { HeardCommitments } from '../protocol/frost/heard.ts';
import type { Random } from '../protocol/random.ts';
import type { Event } from './api.ts';
import type { Beats } from './beats.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Counters } from './counters.ts';
import type { Firsts } from './firsts.ts';
import type { Self } from './path/stages.ts';
import type { EncryptionKey } from './peers/hpke.ts';
import type { Ports } from './ports.ts';
import type { KeptState } from './sealing/keptState.ts';
import type { SealingContext } from './sealing/seal.ts';
import type { Pairs } from './sessions/pairs.ts';
import type { Sessions } from './sessions/sessions.ts';

export type Life = {
  readonly ports: Omit<Ports, 'rng'>;
  /** All that is drawn is drawn from here. */
  readonly random: Random;
  /** Which kind of TEE runs this enclave. */
  readonly tee: Uint8Array;
  readonly configuration: Configuration;
  /** The measured configuration of the light client. */
  readonly finality: FinalityConfig;
  readonly sealing: SealingContext;
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
  readonly counters: Counters;
  /** What the call at hand tells the host. */
  readonly emit: (event: Event) => void;
};

export function selfOf({ kept, nonce, encryption }: Life): Self {
  return { identity: kept.state.identity.address, nonce, encryptionKey: encryption.publicKey };
}
