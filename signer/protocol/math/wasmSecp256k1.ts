/**
 * secp256k1 on libsecp256k1, compiled to WebAssembly by tiny-secp256k1. Its own JavaScript reads the module from a file, which an enclave
 * cannot; here the module comes as bytes, and points stay uncompressed between calls (a square root saved per argument).
 */
import type { Rng } from '../committee.ts';
import { Malformed } from '../reader.ts';
import type { Element, Group, Scalar } from './group.ts';
import { secp256k1Scalars } from './limbField.ts';
import { PointForms } from './pointForms.ts';

/** TypeScript's own declarations come with those of a browser. */
declare const WebAssembly: {
  compile(module: Uint8Array): Promise<Module>;
  Instance: new (module: Module, imports: object) => { readonly exports: unknown };
};
declare const compiled: unique symbol;
type Module = object & { readonly [compiled]: true };

/** An address in the module's memory. */
interface Pointer {
  readonly value: number;
}

/** What the module exports, as far as we use it. Its functions take lengths; the data lies in fixed buffers of its memory. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly PRIVATE_INPUT: Pointer;
  readonly PUBLIC_KEY_INPUT: Pointer;
  readonly PUBLIC_KEY_INPUT2: Pointer;
  readonly TWEAK_INPUT: Pointer;
  readonly HASH_INPUT: Pointer;
  readonly X_ONLY_PUBLIC_KEY_INPUT: Pointer;
  readonly SIGNATURE_INPUT: Pointer;
  initializeContext(): void;
  isPoint(inputLength: number): number;
  pointCompress(inputLength: number, outputLength: number): void;
  pointFromScalar(outputLength: number): number;
  pointMultiply(inputLength: number, outputLength: number): number;
  pointAdd(inputLength: number, secondLength: number, outputLength: number): number;
  verifySchnorr(): number;
  verify(publicKeyLength: number, strict: number): number;
  signRecoverable(hasExtraData: number): number;
  recover(outputLength: number, recovery: number): number;
}

/** `signature` is r ‖ s with a low s; `recovery` tells which of the points with this r it was: the parity of y, and 2 for r beyond the order. */
export type Recoverable = { readonly signature: Uint8Array; readonly recovery: number };

const SHORT = 33;
const FULL = 65;
const SIGNATURE = 64;
const IDENTITY = new Uint8Array(SHORT) as Element;

/** The module refused its input. It did so by an exception through its own frames, so its stack is not to be trusted any more. */
class Refused extends Error {}

export class WasmSecp256k1 {
  readonly #instantiate: () => Exports;
  #wasm: Exports;
  readonly #forms = new PointForms((p) => this.#decompress(p));

  constructor(instantiate: () => Exports) {
    this.#instantiate = instantiate;
    this.#wasm = instantiate();
  }

  /** Once per process; the context is blinded with `rng`. */
  static async load(bytes: Uint8Array, rng: Rng): Promise<WasmSecp256k1> {
    const module = await WebAssembly.compile(bytes.slice());
    return new WasmSecp256k1(() => instantiate(module, rng));
  }

  get group(): Group {
    return {
      name: 'secp256k1',
      scalars: secp256k1Scalars,
      elementBytes: SHORT,
      identity: IDENTITY,
      decodeElement: (bytes) => this.#decode(bytes),
      wideBytes: FULL,
      encodeWide: (p) => this.#forms.full(p),
      decodeWide: (bytes) => this.#decodeWide(bytes),
      add: (p, q) => this.#add(p, q),
      negate: (p) => (isIdentity(p) ? p : negate(p)),
      multiplyBase: (a) => this.#multiplyBase(a),
      multiply: (p, a) => this.#multiply(p, a),
    };
  }

  /** BIP-340, for a message of 32 bytes and the x coordinate of a public key. */
  verifySchnorr(signature: Uint8Array, message: Uint8Array, x: Uint8Array): boolean {
    this.#put(this.#wasm.SIGNATURE_INPUT, signature);
    this.#put(this.#wasm.HASH_INPUT, message);
    this.#put(this.#wasm.X_ONLY_PUBLIC_KEY_INPUT, x);
    return this.#wasm.verifySchnorr() === 1;
  }

  /** ECDSA over a digest of 32 bytes, low s only; `signature` is r ‖ s. Public values. */
  verifyEcdsa(signature: Uint8Array, digest: Uint8Array, publicKey: Element): boolean {
    if (signature.length !== 64 || digest.length !== 32 || isIdentity(publicKey)) return false;
    // The module throws where r or s is not below the order.
    if (!isScalar(signature.slice(0, 32)) || !isScalar(signature.slice(32))) return false;
    const full = this.#forms.full(publicKey);
    this.#put(this.#wasm.HASH_INPUT, digest);
    this.#put(this.#wasm.PUBLIC_KEY_INPUT, full);
    this.#put(this.#wasm.SIGNATURE_INPUT, signature);
    return this.#wasm.verify(FULL, 1) === 1;
  }

  /** ECDSA over a digest of 32 bytes, with the nonce of RFC 6979; `secret` is a scalar, and not zero. Constant time, by the library's claim. */
  signEcdsa(digest: Uint8Array, secret: Scalar): Recoverable {
    this.#put(this.#wasm.HASH_INPUT, sized(digest, 32));
    this.#put(this.#wasm.PRIVATE_INPUT, sized(secret, 32));
    const recovery = this.#wasm.signRecoverable(0);
    this.#put(this.#wasm.PRIVATE_INPUT, new Uint8Array(secret.length));
    return { signature: this.#at(this.#wasm.SIGNATURE_INPUT, SIGNATURE), recovery };
  }

  /** The uncompressed public key under which this is a signature of the digest, if there is one, whatever the sign of s. Public values. */
  recoverEcdsa(digest: Uint8Array, { signature, recovery }: Recoverable): Uint8Array | undefined {
    const [r, s] = [signature.slice(0, 32), signature.slice(32)];
    // The module throws where r or s is not below the order, and traps at a recovery of more than two bits.
    if (!isScalar(r) || !isScalar(s) || ![0, 1, 2, 3].includes(recovery)) return undefined;
    this.#put(this.#wasm.HASH_INPUT, sized(digest, 32));
    this.#put(this.#wasm.SIGNATURE_INPUT, sized(signature, SIGNATURE));
    return this.#wasm.recover(FULL, recovery) === 1 ? this.#take() : undefined;
  }

  /** Decompression checks the point too; only who sends a bad one pays for a fresh instance. */
  #decode(bytes: Uint8Array): Element {
    if (bytes.length !== SHORT || (bytes[0] !== 2 && bytes[0] !== 3)) throw new Malformed('not a compressed point');
    try {
      return this.#forms.short(this.#decompress(bytes));
    } catch (cause) {
      if (!(cause instanceof Refused)) throw cause;
      this.#wasm = this.#instantiate();
      throw new Malformed('not on the curve', { cause });
    }
  }

  #decodeWide(bytes: Uint8Array): Element {
    if (bytes.length !== FULL || bytes[0] !== 4) throw new Malformed('not an uncompressed point');
    this.#put(this.#wasm.PUBLIC_KEY_INPUT, bytes);
    if (this.#wasm.isPoint(FULL) !== 1) throw new Malformed('not on the curve');
    return this.#forms.short(bytes.slice());
  }

  #decompress(p: Uint8Array): Uint8Array {
    this.#put(this.#wasm.PUBLIC_KEY_INPUT, p);
    this.#wasm.pointCompress(SHORT, FULL);
    return this.#take();
  }

  #add(p: Element, q: Element): Element {
    if (isIdentity(p)) return q;
    if (isIdentity(q)) return p;
    // Both first: decompressing uses the buffer of the first argument.
    const [first, second] = [this.#forms.full(p), this.#forms.full(q)];
    this.#put(this.#wasm.PUBLIC_KEY_INPUT, first);
    this.#put(this.#wasm.PUBLIC_KEY_INPUT2, second);
    return this.#result(this.#wasm.pointAdd(FULL, FULL, FULL));
  }

  #multiplyBase(a: Scalar): Element {
    if (secp256k1Scalars.isZero(a)) return IDENTITY;
    this.#put(this.#wasm.PRIVATE_INPUT, a);
    const p = this.#result(this.#wasm.pointFromScalar(FULL));
    this.#put(this.#wasm.PRIVATE_INPUT, new Uint8Array(a.length));
    return p;
  }

  #multiply(p: Element, a: Scalar): Element {
    if (isIdentity(p) || secp256k1Scalars.isZero(a)) return IDENTITY;
    this.#put(this.#wasm.PUBLIC_KEY_INPUT, this.#forms.full(p));
    this.#put(this.#wasm.TWEAK_INPUT, a);
    const product = this.#result(this.#wasm.pointMultiply(FULL, FULL));
    this.#put(this.#wasm.TWEAK_INPUT, new Uint8Array(a.length)); // a half of a secret, as that of chi
    return product;
  }

  /** libsecp256k1 has no encoding for the identity, and says so instead. */
  #result(found: number): Element {
    return found === 1 ? this.#forms.short(this.#take()) : IDENTITY;
  }

  #put(pointer: Pointer, bytes: Uint8Array): void {
    new Uint8Array(this.#wasm.memory.buffer).set(bytes, pointer.value);
  }

  #take(): Uint8Array {
    return this.#at(this.#wasm.PUBLIC_KEY_INPUT, FULL);
  }

  #at(pointer: Pointer, length: number): Uint8Array {
    return new Uint8Array(this.#wasm.memory.buffer).slice(pointer.value, pointer.value + length);
  }
}

function instantiate(module: Module, rng: Rng): Exports {
  const refuse = (code: number) => {
    throw new Refused(`libsecp256k1 refuses its input (${code})`);
  };
  const { exports } = new WebAssembly.Instance(module, {
    './rand.js': { generateInt32: () => new DataView(rng(4).slice().buffer).getInt32(0) },
    './validate_error.js': { throwError: refuse },
  });
  const wasm = exports as Exports;
  wasm.initializeContext();
  return wasm;
}

// The buffers of the module have a fixed size each, and lie side by side.
function sized(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length !== length) throw new RangeError(`expected ${length} bytes, got ${bytes.length}`);
  return bytes;
}

function isScalar(bytes: Uint8Array): boolean {
  try {
    secp256k1Scalars.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function isIdentity(p: Element): boolean {
  return p[0] === 0;
}

/** SEC 1: the first byte, 2 or 3, is the parity of y. */
function negate(p: Element): Element {
  const negated = p.slice();
  negated[0] = (p[0] ?? 0) ^ 1;
  return negated as Element;
}
