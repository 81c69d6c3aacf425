/** What the table of calls says of one call: how its parameters are read, and what then is done. */

import type { Wire } from '../../formats/hex.ts';
import type { CallName, Params, Result } from '../api.ts';
import type { Decoder } from '../decode/decoder.ts';
import type { Rooted } from '../process.ts';

type Answered<N extends CallName> = Result<N> | Promise<Result<N>>;
/** A call whose parameters are read, and which has not happened yet. */
export type Act<N extends CallName> = (life: Rooted) => Answered<N>;
/** @throws Refused CALL_MALFORMED */
export type Row<N extends CallName> = (params: unknown) => Act<N>;

/** What is decoded has to be what api.ts declares, spelt in bytes. */
type Declared<N extends CallName, P> = Wire<P> extends Params<N> ? Decoder<P> : never;

export function row<N extends CallName, P>(
  name: N,
  decode: Declared<N, P> & Decoder<P>,
  act: (life: Rooted, params: P) => Answered<N>,
): Row<N> {
  return (params) => {
    const decoded = decode(params, name);
    return (life) => act(life, decoded);
  };
}
