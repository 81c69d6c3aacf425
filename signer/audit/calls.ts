/** The calls that authorise a request, byte for byte as a vote makes them. */

import type { Effect, Intent } from '../formats/request.ts';
import { addressWord, ZERO_WORD } from '../formats/words.ts';
import { type Abi, abiArray, abiBytes, abiCall, abiTuple, abiUint, abiWord } from './abi.ts';
import type { Mandate } from './bundle.ts';

type Bytes = Uint8Array;

const EFFECT = '(uint8,bytes32,bytes,uint256,bytes32)';
const INTENT = `(bytes32,bytes32,uint8,bytes,bytes[],${EFFECT}[],uint48,address,uint32,bytes32)`;
const MANDATE = `(bytes32,bytes32,uint8,${EFFECT}[],(bytes32,uint256)[],address,uint48,address,uint32)`;

/** SigningRequests.request(intent) */
export function requestCall(intent: Intent): Bytes {
  return abiCall(`request(${INTENT})`, abiIntent(intent));
}

/** SigningRequests.requestFor(intent, requester, 0): a vote asks in somebody's name. */
export function requestForCall(intent: Intent, requester: Bytes): Bytes {
  const words = [abiWord(addressWord(requester)), abiWord(ZERO_WORD)];
  return abiCall(`requestFor(${INTENT},address,bytes32)`, abiIntent(intent), ...words);
}

/** Mandates.place(mandate): `effects` are the intent's without its fees. */
export function placeCall(intent: Intent, effects: readonly Effect[], { executor, feeCaps }: Mandate): Bytes {
  const caps = feeCaps.map(({ asset, amount }) => abiTuple(abiWord(asset), abiUint(amount)));
  const mandate = abiTuple(
    ...[abiWord(intent.keyId), abiWord(intent.path), abiUint(intent.kind)],
    ...[abiArray(effects.map(abiEffect)), abiArray(caps), abiWord(addressWord(executor))],
    ...[abiUint(intent.deadline), abiWord(addressWord(intent.consumer)), abiUint(intent.callbackGas)],
  );
  return abiCall(`place(${MANDATE})`, mandate);
}

function abiIntent(intent: Intent): Abi {
  return abiTuple(
    ...[abiWord(intent.keyId), abiWord(intent.path), abiUint(intent.kind), abiBytes(intent.payload)],
    ...[abiArray(intent.digests.map(abiBytes)), abiArray(intent.effects.map(abiEffect)), abiUint(intent.deadline)],
    ...[abiWord(addressWord(intent.consumer)), abiUint(intent.callbackGas), abiWord(intent.replaces)],
  );
}

function abiEffect({ kind, asset, recipient, amount, detail }: Effect): Abi {
  return abiTuple(abiUint(kind), abiWord(asset), abiBytes(recipient), abiUint(amount), abiWord(detail));
}
