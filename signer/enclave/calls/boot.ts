/** First call of a process: a sealed identity lives on; without a seal there is none before `bootstrap`. */

import type { FinalityConfig } from '../../finality/config.ts';
import { decodeConfig } from '../../finality/configBytes.ts';
import { isRejection } from '../../finality/rejection.ts';
import { type Configuration, parseConfiguration } from '../../formats/configuration.ts';
import { isEqual } from '../../formats/equal.ts';
import { isLocalChain } from '../../formats/localChains.ts';
import { refuse } from '../../formats/refusal.ts';
import { Secret, wipe } from '../../protocol/secret.ts';
import { beginLife } from '../beginLife.ts';
import type { Counters } from '../counters.ts';
import { type Decoded, hexUpTo, nullOr, object } from '../decode/decoder.ts';
import { confirm } from '../path/keepShare.ts';
import type { Ports } from '../ports.ts';
import type { Rooted, Unrooted } from '../process.ts';
import { KeptState } from '../sealing/keptState.ts';
import { unsealState } from '../sealing/seal.ts';
import { decodeState, type State } from '../sealing/state.ts';

export type Surroundings = { readonly ports: Ports; readonly counters: Counters; readonly emit: Rooted['emit'] };

const MAX_SEALED_BYTES = 1024 * 1024;
export const bootParams = object({ sealed: nullOr(hexUpTo(MAX_SEALED_BYTES)) });

export function bootAgain(): never {
  return refuse('ALREADY_BOOTED', 'a life boots once; start another process');
}

/** @throws Refused SEALED_INVALID: the host may try another blob, or ask for a new identity with null, and knows that it does */
export async function boot(
  surroundings: Surroundings,
  { sealed }: Decoded<typeof bootParams>,
): Promise<Unrooted | Rooted> {
  const unrooted = await unrootedIn(surroundings);
  if (sealed === null) return unrooted;
  const life = await beginLife(unrooted, keptState(unrooted, sealed), sealed);
  repeatConfirmations(life);
  return life;
}

async function unrootedIn({ ports, counters, emit }: Surroundings): Promise<Unrooted> {
  const { tee, configuration: bytes } = await ports.tee.configuration();
  const configuration = parseConfiguration(bytes);
  const finality = finalityOf(configuration);
  const sealing = { key: new Secret(await ports.tee.sealingKey()), configuration: configuration.hash };
  return { stage: 'unrooted', ports, tee, configuration, finality, sealing, counters, emit };
}

function finalityOf({ chainId, finality }: Configuration): FinalityConfig {
  const config = decodeConfig(finality);
  if (isRejection(config)) return refuse('CONFIGURATION_MALFORMED', `${config.code}: ${config.field}`);
  if (!config.parentRoots && !isLocalChain(chainId))
    refuse('CONFIGURATION_MALFORMED', `parentRoots: 0, which only local chains have, and this is chain ${chainId}`);
  return config;
}

function keptState({ ports: { identities, suites }, finality, sealing }: Unrooted, sealed: Uint8Array): KeptState {
  const { header, state } = unsealState(sealing, sealed);
  const decoded: State = decodeState(state, finality, identities, suites);
  wipe(state);
  if (!isEqual(decoded.identity.address, header.identity)) refuse('SEALED_INVALID', 'the identity inside is another');
  return new KeptState(decoded, header.generation);
}

/** A share that came back was stored, and nobody knows whether its confirmation left before the crash. It says the same again. */
function repeatConfirmations(life: Rooted): void {
  for (const share of life.kept.state.shares) if (share.status === 'pending') confirm(life, share);
}
