/** First call of a life: an identity, kept or new, and a boot key and nonce that no earlier life had. */

import type { FinalityConfig } from '../../finality/config.ts';
import { decodeConfig } from '../../finality/configBytes.ts';
import { isRejection } from '../../finality/rejection.ts';
import { type Configuration, parseConfiguration } from '../../formats/configuration.ts';
import { isEqual } from '../../formats/equal.ts';
import { isLocalChain } from '../../formats/localChains.ts';
import { refuse } from '../../formats/refusal.ts';
import { HeardCommitments } from '../../protocol/frost/heard.ts';
import { Secret, wipe } from '../../protocol/secret.ts';
import { Beats } from '../beats.ts';
import { Checkpoints } from '../checkpoints.ts';
import type { Counters } from '../counters.ts';
import { type Decoded, hexUpTo, nullOr, object } from '../decode/decoder.ts';
import { Firsts } from '../firsts.ts';
import type { Life } from '../life.ts';
import { releaseConfirmation } from '../path/releaseConfirmation.ts';
import { generateEncryptionKey } from '../peers/hpke.ts';
import type { Ports } from '../ports.ts';
import { randomOf } from '../random.ts';
import { KeptState } from '../sealing/keptState.ts';
import { type SealingContext, unsealState } from '../sealing/seal.ts';
import { decodeState, type State } from '../sealing/state.ts';
import { Pairs } from '../sessions/pairs.ts';
import { Sessions } from '../sessions/sessions.ts';

export type Surroundings = { readonly ports: Ports; readonly counters: Counters; readonly emit: Life['emit'] };

const NONCE_BYTES = 16;
const MAX_SEALED_BYTES = 1024 * 1024;
export const bootParams = object({ sealed: nullOr(hexUpTo(MAX_SEALED_BYTES)) });

export function bootAgain(): never {
  return refuse('ALREADY_BOOTED', 'a life boots once; start another process');
}

/** @throws Refused SEALED_INVALID: the host may try another blob, or ask for a new identity with null, and knows that it does */
export async function boot({ ports, counters, emit }: Surroundings, params: Decoded<typeof bootParams>): Promise<Life> {
  const { tee, configuration: bytes } = await ports.tee.configuration();
  const configuration = parseConfiguration(bytes);
  const finality = finalityOf(configuration);
  const sealing = { key: new Secret(await ports.tee.sealingKey()), configuration: configuration.hash };
  const kept = params.sealed === null ? newState(ports, sealing) : keptState(ports, finality, sealing, params.sealed);
  const secrets = [sealing.key, kept.state.identity.key];
  const random = randomOf(ports, 'life', secrets, configuration.hash, params.sealed ?? 'new');
  const encryption = await generateEncryptionKey(random.of('boot key'));
  const nonce = random.of('boot nonce')(NONCE_BYTES);
  const life = {
    ports,
    random,
    tee,
    configuration,
    finality,
    sealing,
    kept,
    encryption,
    nonce,
    checkpoints: new Checkpoints(ports.verifiers, configuration, finality, kept),
    beats: new Beats(ports.clock),
    sessions: new Sessions(ports.clock),
    heard: new HeardCommitments(),
    pairs: new Pairs({ identity: kept.state.identity.address, nonce, encryptionKey: encryption.publicKey }),
    stated: new Firsts(),
    counters,
    emit,
  };
  repeatConfirmations(life);
  return life;
}

function finalityOf({ chainId, finality }: Configuration): FinalityConfig {
  const config = decodeConfig(finality);
  if (isRejection(config)) return refuse('CONFIGURATION_MALFORMED', `${config.code}: ${config.field}`);
  if (!config.parentRoots && !isLocalChain(chainId))
    refuse('CONFIGURATION_MALFORMED', `parentRoots: 0, which only local chains have, and this is chain ${chainId}`);
  return config;
}

function newState(ports: Ports, { key, configuration }: SealingContext): KeptState {
  const random = randomOf(ports, 'birth', [key], configuration);
  const identity = ports.identities.generate(random.of('identity'));
  return new KeptState(
    { identity, isFrozen: false, head: null, trusted: null, finality: null, forks: [], shares: [] },
    0,
  );
}

function keptState(
  { identities, suites }: Ports,
  finality: FinalityConfig,
  sealing: SealingContext,
  sealed: Uint8Array,
): KeptState {
  const { header, state } = unsealState(sealing, sealed);
  const decoded: State = decodeState(state, finality, identities, suites);
  wipe(state);
  if (!isEqual(decoded.identity.address, header.identity)) refuse('SEALED_INVALID', 'the identity inside is another');
  return new KeptState(decoded, header.generation);
}

/** A share that came back was stored, and nobody knows whether its confirmation left before the crash. It says the same again. */
function repeatConfirmations({ kept: { state }, configuration, emit }: Life): void {
  for (const share of state.shares) {
    if (share.status === 'pending') emit(releaseConfirmation(configuration, state.identity, share));
  }
}
