/** What the light client knows: the highest finalised header, and the committees that may sign the next one. */

import type { PublicKeys } from './bls/publicKeys.ts';
import { restoredKeys } from './bls/publicKeys.ts';
import { type Bytes, concat, hex, isEqual } from './bytes.ts';
import { type FinalityConfig, requireConfig } from './config.ts';
import { type BeaconBlockHeader, beaconBlockHeader, type SyncCommittee, syncCommittee } from './containers.ts';
import { type Rejection, reject, rejectable } from './rejection.ts';
import { decode } from './ssz/decode.ts';
import { encode } from './ssz/encode.ts';
import { container, largestSize, root, type ValueOf } from './ssz/schema.ts';

export type Committee = { readonly committee: SyncCommittee; readonly root: Bytes; readonly keys: PublicKeys };

/** > LightClientStore. DIFF FROM SPEC: no optimistic header and no best valid update, so nothing can be forced. */
export type Store = {
  readonly finalised: { readonly beacon: BeaconBlockHeader; readonly blockHash: Bytes };
  readonly current: Committee;
  readonly next: Committee | null;
};

const VERSION = 1;
const head = container({
  genesis_validators_root: root,
  beacon: beaconBlockHeader,
  block_hash: root,
  current_root: root,
});

/** What an enclave seals: version (1) ‖ genesis root, header, block hash, roots and bodies of one or two committees. */
export function encodeStore(config: FinalityConfig, { finalised, current, next }: Store): Bytes {
  const { genesisValidatorsRoot } = config;
  const { beacon, blockHash } = finalised;
  const values = {
    genesis_validators_root: genesisValidatorsRoot,
    beacon,
    block_hash: blockHash,
    current_root: current.root,
  };
  const committees = [current, ...(next ? [next] : [])];
  const bodies = committees.map(({ committee }) => encode(syncCommittee(config), committee));
  return concat(Uint8Array.of(VERSION), encode(head, values), next?.root ?? new Uint8Array(), ...bodies);
}

/** DANGER: believes the bytes. They are this enclave's own, sealed so that nobody else could have written them. */
export function decodeStore(config: FinalityConfig, bytes: Bytes): Store | Rejection {
  return rejectable(() => {
    requireConfig(config);
    const { fields, nextRoot, bodies } = split(config, bytes);
    if (!isEqual(fields.genesis_validators_root, config.genesisValidatorsRoot))
      reject('STORE_MALFORMED', 'genesis root', hex(config.genesisValidatorsRoot), hex(fields.genesis_validators_root));
    const [current, next] = bodies.map((body) => decode(syncCommittee(config), body, 'committee'));
    if (!current) return reject('STORE_MALFORMED', 'committees', '1 or 2', 0);
    return {
      finalised: { beacon: fields.beacon, blockHash: fields.block_hash },
      current: restored(current, fields.current_root),
      next: next && nextRoot ? restored(next, nextRoot) : null,
    };
  });
}

type Split = {
  readonly fields: ValueOf<typeof head>;
  readonly nextRoot: Bytes | null;
  readonly bodies: readonly Bytes[];
};

function split(config: FinalityConfig, bytes: Bytes): Split {
  const [headSize, committeeSize] = [largestSize(head), largestSize(syncCommittee(config))];
  const one = 1 + headSize + committeeSize;
  const two = one + 32 + committeeSize;
  if (bytes.length !== one && bytes.length !== two)
    reject('STORE_MALFORMED', 'sealed store', `${one} or ${two} bytes`, bytes.length);
  if (bytes[0] !== VERSION) reject('STORE_MALFORMED', 'version', VERSION, bytes[0] ?? 0);
  const fields = decode(head, bytes.subarray(1, 1 + headSize), 'sealed store');
  const hasNext = bytes.length === two;
  const start = 1 + headSize + (hasNext ? 32 : 0);
  const bodies = (hasNext ? [0, 1] : [0]).map((at) =>
    bytes.subarray(start + at * committeeSize, start + (at + 1) * committeeSize),
  );
  return { fields, nextRoot: hasNext ? bytes.slice(1 + headSize, start) : null, bodies };
}

function restored(committee: SyncCommittee, committeeRoot: Bytes): Committee {
  return { committee, root: committeeRoot, keys: restoredKeys(committee) };
}
