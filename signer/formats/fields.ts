/** One declaration of a record's fields, from which come its type here and the decoder of what a host sends (`enclave/decode`). */

type Bytes = Uint8Array;

export type Field =
  | { readonly bytes: number }
  | { readonly bytesUpTo: number }
  /** A JSON number of so many bits, at most 53. */
  | { readonly number: number }
  /** A decimal string of so many bits. */
  | { readonly bigint: number }
  | { readonly listOf: Field; readonly upTo: number }
  | { readonly fields: Fields };
export type Fields = { readonly [name: string]: Field };

export type RecordOf<F extends Fields> = { readonly [Name in keyof F]: ValueOf<F[Name]> };
export type ValueOf<F> = F extends { readonly bytes: number } | { readonly bytesUpTo: number }
  ? Bytes
  : F extends { readonly number: number }
    ? number
    : F extends { readonly bigint: number }
      ? bigint
      : F extends { readonly listOf: infer Element }
        ? readonly ValueOf<Element>[]
        : F extends { readonly fields: infer Inner extends Fields }
          ? RecordOf<Inner>
          : never;
