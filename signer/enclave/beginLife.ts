/** An identity begins to live: with a boot key and a nonce that no earlier life of it had, and nothing that one knew in memory only. */

import { HeardCommitments } from '../protocol/frost/heard.ts';
import type { Item } from '../protocol/transcript.ts';
import { Beats } from './beats.ts';
import { Checkpoints } from './checkpoints.ts';
import { Firsts } from './firsts.ts';
import { generateEncryptionKey } from './peers/hpke.ts';
import type { Rooted, Unrooted } from './process.ts';
import { randomOf } from './random.ts';
import type { KeptState } from './sealing/keptState.ts';
import { Pairs } from './sessions/pairs.ts';
import { Sessions } from './sessions/sessions.ts';

const NONCE_BYTES = 16;

/** @param begunWith what other lives of this identity do not begin with: the seal, or the root of an identity that is new */
export async function beginLife(
  { ports, ...process }: Unrooted,
  kept: KeptState,
  ...begunWith: readonly Item[]
): Promise<Rooted> {
  const { sealing, configuration, finality } = process;
  const { identity } = kept.state;
  const random = randomOf(ports, 'life', [sealing.key, identity.key], configuration.hash, ...begunWith);
  const encryption = await generateEncryptionKey(random.of('boot key'));
  const nonce = random.of('boot nonce')(NONCE_BYTES);
  return {
    ...process,
    stage: 'rooted',
    ports,
    random,
    kept,
    encryption,
    nonce,
    checkpoints: new Checkpoints(ports.verifiers, configuration, finality, kept),
    beats: new Beats(ports.clock),
    sessions: new Sessions(ports.clock),
    heard: new HeardCommitments(),
    pairs: new Pairs({ identity: identity.address, nonce, encryptionKey: encryption.publicKey }),
    stated: new Firsts(),
  };
}
