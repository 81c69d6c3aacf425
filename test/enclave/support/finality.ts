/** What enclaves in tests verify finality from: a committee of eight, and updates that it signs, or that somebody tells. */

import { bytesOfAnswer } from '../../../scripts/local/beacon/answers.ts';
import { beaconChain } from '../../../scripts/local/beacon/beaconChain.ts';
import { developmentConfig } from '../../../scripts/local/beacon/configuration.ts';
import type { Verifiers } from '../../../signer/enclave/ports.ts';
import type { applyUpdate } from '../../../signer/finality/applyUpdate.ts';
import { bootstrap } from '../../../signer/finality/bootstrap.ts';
import { hex } from '../../../signer/finality/bytes.ts';
import { encodeConfig } from '../../../signer/finality/configBytes.ts';
import type { RejectionCode } from '../../../signer/finality/rejection.ts';
import { isEqual } from '../../../signer/formats/equal.ts';
import { accepted } from '../../finality/support/outcomes.ts';
import { execution } from '../../finality/support/scenes.ts';

export const FINALITY = developmentConfig({ syncCommitteeSize: 8 });
export const FINALITY_BYTES = encodeConfig(FINALITY);

/**
 * A beacon that finalises blocks of these hashes; it begins with one of its own, which is the checkpoint. Two with one beginning sign two
 * chains from there; with another beginning it is a false chain from its first block on, that the same committee signs.
 */
export function beaconOf(config = FINALITY, beginning = 'the checkpoint') {
  const chain = beaconChain(config);
  const first = chain.finalise(execution(beginning));
  const bootstrapOf = (root: Uint8Array) => bytesOfAnswer(config, 'bootstrap', chain.bootstrap(hex(root))!);
  return {
    checkpoint: { root: first.root, bootstrap: bootstrapOf(first.root) },
    finalised: () => chain.finalised()!,
    bootstrapOf,
    /** @returns a full update that finalises it */
    finalise: (blockHash: Uint8Array) => {
      chain.finalise({ ...execution('a block'), block_hash: blockHash });
      return bytesOfAnswer(config, 'update', chain.finalityUpdate()!);
    },
  };
}

export const { checkpoint: CHECKPOINT } = beaconOf();

/** An update that is nobody's: it says slot and block, and the told verifiers believe it. */
export function told(slot: number, blockHash: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(40);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(slot));
  bytes.set(blockHash, 8);
  return bytes;
}

const tell: typeof applyUpdate = (_, store, bytes) => {
  const { beacon, blockHash } = store.finalised;
  const slot = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
  const hash = bytes.slice(8);
  const rejected = (code: RejectionCode) => ({
    ...{ rejection: true as const, code, field: 'finalised slot' },
    ...{ expected: `${beacon.slot}`, found: `${slot}` },
  });
  if (slot < beacon.slot) return rejected('FINALITY_OLDER');
  if (slot === beacon.slot) return rejected(isEqual(hash, blockHash) ? 'NOTHING_NEW' : 'FINALITY_CONFLICT');
  return { ...store, finalised: { beacon: { ...beacon, slot }, blockHash: hash } };
};

/** Bootstraps are real, what follows is told. */
export const toldVerifiers: Pick<Verifiers, 'bootstrap' | 'applyUpdate'> = { bootstrap, applyUpdate: tell };

/** Slots of told blocks: far above that of the checkpoint. */
export const slotOf = (block: number): number => 1_000 + block;

/** What an enclave has after its bootstrap. */
export const STORE = accepted(bootstrap(FINALITY, CHECKPOINT.root, CHECKPOINT.bootstrap));
export const TRUSTED = { root: CHECKPOINT.root, blockHash: STORE.finalised.blockHash };
