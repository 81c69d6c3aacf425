/** Seeded chance: the same seed gives the same run. sfc32, seeded by SplitMix32. Not for cryptography. */

export type Random = {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** An integer in [0, bound). */
  readonly below: (bound: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly bytes: (length: number) => Uint8Array;
  /** An independent stream, so that one part's draws do not shift another's. */
  readonly fork: (name: string) => Random;
};

export function seeded(seed: number | string): Random {
  const mix = splitmix32(typeof seed === 'number' ? seed : hash(seed));
  const next32 = sfc32(mix(), mix(), mix(), mix());
  const next = () => next32() / 0x1_0000_0000;
  return {
    next,
    below: (bound) => Math.floor(next() * bound),
    chance: (probability) => next() < probability,
    bytes: (length) => Uint8Array.from({ length }, () => next32() & 0xff),
    fork: (name) => seeded(`${seed}/${name}`),
  };
}

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
}

function sfc32(a0: number, b0: number, c0: number, d0: number): () => number {
  let [a, b, c, d] = [a0 | 0, b0 | 0, c0 | 0, d0 | 0];
  return () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return t >>> 0;
  };
}
