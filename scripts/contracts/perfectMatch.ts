/**
 * Whether code on chain is a perfect match of compiled sources, as Sourcify and explorers mean it: the same code to the last byte,
 * with the hash of the metadata, and so of every source and setting, in it.
 */

import { createHash } from 'node:crypto';
import { AbiCoder, encodeBase58, Interface, type InterfaceAbi, keccak256, toUtf8Bytes } from 'ethers';
import type { CompiledContract, StandardInput } from './compiler.ts';

/** Perfect is an empty list. */
export type Mismatch =
  | 'creation code'
  | 'constructor arguments'
  | 'runtime code'
  | 'metadata hash'
  | 'metadata sources';

export type OnChain = { readonly creation: string; readonly runtime: string };

export function mismatches(onChain: OnChain, input: StandardInput, compiled: CompiledContract): Mismatch[] {
  const creation = `0x${compiled.evm.bytecode.object}`;
  const isCreation = onChain.creation.startsWith(creation);
  const found: [Mismatch, boolean][] = [
    ['creation code', isCreation],
    ['constructor arguments', !isCreation || constructorArguments(onChain.creation, compiled) !== null],
    ['runtime code', isRuntime(onChain.runtime, compiled)],
    ['metadata hash', metadataHashIn(onChain.runtime) === ipfsHash(compiled.metadata)],
    ['metadata sources', namesTheSources(compiled.metadata, input)],
  ];
  return found.filter(([, same]) => !same).map(([what]) => what);
}

/** What follows the code in the creating transaction, if that is exactly what the constructor takes. */
export function constructorArguments(
  creation: string,
  compiled: CompiledContract,
): { readonly encoded: string; readonly values: readonly unknown[] } | null {
  const encoded = `0x${creation.slice(2 + compiled.evm.bytecode.object.length)}`;
  const { inputs } = new Interface(compiled.abi as InterfaceAbi).deploy;
  const coder = AbiCoder.defaultAbiCoder();
  try {
    const values = coder.decode(inputs, encoded).toArray(true);
    return coder.encode(inputs, values) === encoded ? { encoded, values } : null;
  } catch {
    return null; // not decodable is the answer, not a failure
  }
}

/** Immutables are zero in what the compiler gives, and written by the constructor. */
function isRuntime(runtime: string, { evm }: CompiledContract): boolean {
  const code = Buffer.from(runtime.slice(2), 'hex');
  const references = Object.values(evm.deployedBytecode.immutableReferences ?? {}).flat();
  for (const { start, length } of references) code.fill(0, start, start + length);
  return code.equals(Buffer.from(evm.deployedBytecode.object, 'hex'));
}

/** `a264 "ipfs" 58 22 <multihash> 64 "solc" 43 <version> 00 33`: the compiler's CBOR, its length in the last two bytes. */
function metadataHashIn(runtime: string): string | null {
  const code = Buffer.from(runtime.slice(2), 'hex');
  const cbor = code.subarray(-2 - code.readUInt16BE(code.length - 2), -2).toString('hex');
  const multihash = /^a2646970667358221220([0-9a-f]{64})64736f6c6343[0-9a-f]{6}$/.exec(cbor)?.[1];
  return multihash === undefined ? null : encodeBase58(`0x1220${multihash}`);
}

/** The CIDv0 of a file of one block: a UnixFS file in a DAG-PB node, hashed with SHA-256. */
export function ipfsHash(text: string): string {
  const content = Buffer.from(text);
  if (content.length > 262_144) throw new Error('a file of several blocks');
  const length = varint(content.length);
  const file = Buffer.concat([Buffer.from([0x08, 0x02, 0x12]), length, content, Buffer.from([0x18]), length]);
  const node = Buffer.concat([Buffer.from([0x0a]), varint(file.length), file]);
  return encodeBase58(Buffer.concat([Buffer.from([0x12, 0x20]), createHash('sha256').update(node).digest()]));
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    bytes.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) return Buffer.from(bytes);
  }
}

/** The metadata lists exactly the sources of the input, each by the hash of its text. */
function namesTheSources(metadata: string, input: StandardInput): boolean {
  const { sources } = JSON.parse(metadata) as { sources: Record<string, { keccak256: string }> };
  const names = Object.keys(sources).sort();
  const given = Object.keys(input.sources).sort();
  if (names.join() !== given.join()) return false;
  return names.every((name) => sources[name]?.keccak256 === keccak256(toUtf8Bytes(input.sources[name]?.content ?? '')));
}
