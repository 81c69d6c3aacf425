/** What an output's script is, as far as people have to be told: who can spend it, and below what it is dust. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { compactSize } from './writer.ts';

type Bytes = Uint8Array;

/** `bare`: a script without an address. `anyone`: whoever is first. */
export type ScriptNature = 'address' | 'bare' | 'data' | 'anchor' | 'anyone' | 'nobody';

const OP_RETURN = 0x6a;
const OP_1 = 0x51;
const OP_16 = 0x60;

export function scriptNature(script: Bytes): ScriptNature {
  if (script.length === 0) return 'anyone';
  if (script[0] === OP_RETURN) return 'data';
  const program = witnessProgram(script);
  if (program === null) return isHashed(script) ? 'address' : 'bare';
  return programNature(program);
}

function programNature({ version, program }: WitnessProgram): ScriptNature {
  const { length } = program;
  if (version === 0) return length === 20 || length === 32 ? 'address' : 'nobody';
  if (version === 1 && length === 32) return isPoint(program) ? 'address' : 'nobody';
  // > P2A: OP_1 <0x4e73> (BIP-433)
  if (version === 1 && length === 2 && program[0] === 0x4e && program[1] === 0x73) return 'anchor';
  return 'anyone';
}

type WitnessProgram = { readonly version: number; readonly program: Bytes };

/** > A 1-byte push opcode (one of OP_0, OP_1 to OP_16) followed by a direct data push between 2 and 40 bytes. (BIP-141) */
function witnessProgram(script: Bytes): WitnessProgram | null {
  const [opcode = 0, push = 0] = script;
  const isVersion = opcode === 0 || (opcode >= OP_1 && opcode <= OP_16);
  if (!isVersion || push < 2 || push > 40 || script.length !== push + 2) return null;
  return { version: opcode === 0 ? 0 : opcode - OP_1 + 1, program: script.subarray(2) };
}

/** Pay to public key hash: DUP HASH160 <20> EQUALVERIFY CHECKSIG. Pay to script hash: HASH160 <20> EQUAL. */
function isHashed(script: Bytes): boolean {
  const { length } = script;
  const toKey = [script[0], script[1], script[2], script[23], script[24]].join() === '118,169,20,136,172';
  const toScript = [script[0], script[1], script[22]].join() === '169,20,135';
  return (length === 25 && toKey) || (length === 23 && toScript);
}

export function isPoint(x: Bytes): boolean {
  try {
    secp256k1.Point.fromBytes(concatBytes(Uint8Array.of(2), x));
    return true;
  } catch {
    return false; // what the library throws for, and all that is asked
  }
}

/** Bytes that spending an output takes, as Bitcoin Core's GetDustThreshold counts them. */
const SPENDING = { witness: 67, other: 148 };
/** > DUST_RELAY_TX_FEE{3000}: satoshi for 1,000 virtual bytes */
const DUST_RATE = 3n;

/** Nodes relay no output of less; nothing that carries data is dust. */
export function dustThreshold(script: Bytes): bigint {
  if (scriptNature(script) === 'data') return 0n;
  const own = 8 + compactSize(script.length).length + script.length;
  const spending = witnessProgram(script) === null ? SPENDING.other : SPENDING.witness;
  return BigInt(own + spending) * DUST_RATE;
}
