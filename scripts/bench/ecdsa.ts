/** Threshold ECDSA, all parties in one thread: no package on npm may be run beside it, so it is measured alone. */
import { randomBytes } from '@noble/hashes/utils.js';
import { loadEcdsaSuite } from '../../signer/protocol/ciphersuite/load.ts';
import type { Run } from './inStep.ts';
import { ourEcdsa } from './ourEcdsa.ts';
import { readSecp256k1Wasm } from './secp256k1Wasm.ts';
import { median, rounded, type Timed } from './stopwatch.ts';

export interface EcdsaRow {
  readonly op: 'dkg' | 'ot-setup' | 'presign' | 'online' | 'full-sign';
  readonly scheme: 'ecdsa-secp256k1';
  readonly t: number;
  readonly n: number;
  readonly ours_ms: number;
  /** Of all parties, a broadcast counted once for each receiver. */
  readonly bytes: number;
  readonly ops_per_s: number;
  readonly runs: number;
}

const SIZES = [
  [2, 3],
  [3, 5],
  [5, 9],
  [11, 20],
] as const;

const AT_LEAST_MS = 500;
/** Set-up is done once per boot, and takes seconds for large sets: three times at least, for so long. */
const [SETUP_RUNS, SETUP_MS] = [3, 1_000];

/** `ot-setup` is between the t who sign; `full-sign` is `presign` and `online`, each of which every signer takes part in. */
export async function measureEcdsa(runs: number, quick: boolean): Promise<EcdsaRow[]> {
  const suite = await loadEcdsaSuite(readSecp256k1Wasm(), randomBytes);
  const sizes = quick ? SIZES.slice(0, 3) : SIZES;
  ourEcdsa(suite, 2, 3).setUp(); // until it is compiled
  return sizes.flatMap(([t, n]) => {
    const parties = ourEcdsa(suite, t, n);
    const row = (op: EcdsaRow['op'], samples: readonly Timed<Run<unknown>>[]) => rowOf(op, t, n, samples);
    const setup = row('ot-setup', repeat(SETUP_RUNS, SETUP_MS, parties.setUp));
    const dkg = row('dkg', repeat(runs, AT_LEAST_MS, parties.keygen));
    // Until both are compiled.
    repeat(5, AT_LEAST_MS, parties.sign);
    const signed = repeat(runs, AT_LEAST_MS, parties.sign);
    return [
      dkg,
      setup,
      row(
        'presign',
        signed.map(({ result }) => result.presign),
      ),
      row(
        'online',
        signed.map(({ result }) => result.online),
      ),
      row(
        'full-sign',
        signed.map(({ ms, result: { presign, online } }) => ({
          ms,
          result: { outputs: [], bytes: presign.result.bytes + online.result.bytes },
        })),
      ),
    ];
  });
}

function repeat<T extends { readonly ms: number }>(atLeast: number, atLeastMs: number, run: () => T): readonly T[] {
  const samples: T[] = [];
  for (let spent = 0; samples.length < atLeast || spent < atLeastMs; ) {
    const sample = run();
    samples.push(sample);
    spent += sample.ms;
  }
  return samples;
}

function rowOf(op: EcdsaRow['op'], t: number, n: number, samples: readonly Timed<Run<unknown>>[]): EcdsaRow {
  const ms = median(samples.map((sample) => sample.ms));
  return {
    op,
    scheme: 'ecdsa-secp256k1',
    t,
    n,
    ours_ms: rounded(ms),
    bytes: samples[0]?.result.bytes ?? 0,
    ops_per_s: rounded(1000 / ms),
    runs: samples.length,
  };
}
