/** One log of a contract as the event that the host knows, or null for any other. */

import { type Abi, AbiEventSignatureNotFoundError, decodeEventLog } from 'viem';
import type { Hex } from '../../formats/hex.ts';
import { Retryable } from '../errors.ts';
import type { ChainEvent } from '../ports/chain.ts';
import {
  DERIVED_KEYS_ABI,
  ENCLAVE_REGISTRY_ABI,
  KEY_REGISTRY_ABI,
  LATE_SIGNATURES_ABI,
  MEASUREMENT_REGISTRY_ABI,
  SIGNING_REQUESTS_ABI,
} from './abi.ts';
import type { Deployment } from './deployment.ts';

/** The only kind of ceremony so far (docs/storage.md). */
const KEY_GENERATION = 1;

export type RawLog = { readonly address: Hex; readonly topics: readonly Hex[]; readonly data: Hex };

export function decodeLog(deployment: Deployment, log: RawLog): ChainEvent | null {
  const address = log.address.toLowerCase();
  if (address === deployment.signingRequests) return decodeRequestLog(log);
  if (address === deployment.keyRegistry) return decodeKeyLog(log);
  if (address === deployment.derivedKeys) return decodeDerivedLog(log);
  if (address === deployment.enclaveRegistry) return decodeEnclaveLog(log);
  if (address === deployment.measurementRegistry) return decodeMeasurementLog(log);
  if (address === deployment.lateSignatures) return decodeLateLog(log);
  return null;
}

function decodeRequestLog(log: RawLog): ChainEvent | null {
  const found = decode(SIGNING_REQUESTS_ABI, log);
  if (found === null) return null;
  const { eventName, args } = found;
  if (eventName !== 'SignatureRequested') return { event: eventName, id: args.id };
  const { intent, counter, epoch, readyAt } = args;
  const request = {
    ...intent,
    effects: intent.effects.map((effect) => ({ ...effect, amount: effect.amount.toString() })),
    requester: lower(args.requester),
    consumer: lower(intent.consumer),
    counter: counter.toString(),
  };
  return { event: eventName, id: args.id, epoch, readyAt, request };
}

function decodeKeyLog(log: RawLog): ChainEvent | null {
  const found = decode(KEY_REGISTRY_ABI, log);
  if (found === null) return null;
  switch (found.eventName) {
    case 'NetworkPaused':
    case 'NetworkSuspended':
      return { event: found.eventName, pausedUntil: found.args.pausedUntil };
    case 'BeatSet':
      return { event: found.eventName, margin: found.args.margin };
  }
  const { keyId } = found.args;
  switch (found.eventName) {
    case 'KeyCreated':
      return { event: found.eventName, keyId, scheme: found.args.scheme };
    case 'AttemptOpened': {
      const { kind, ...attempt } = found.args;
      return kind === KEY_GENERATION ? { event: found.eventName, ...attempt } : null;
    }
    case 'RowSet': {
      const { epoch, kinds, delay } = found.args;
      const [requester, guard, module] = [
        lower(found.args.requester),
        lower(found.args.guard),
        lower(found.args.module),
      ];
      return { event: found.eventName, keyId, requester, epoch, guard, module, kinds, delay };
    }
    case 'RowRemoved':
    case 'RowRaised':
      return { event: found.eventName, keyId, requester: lower(found.args.requester), epoch: found.args.epoch };
    case 'KeyConfirmedBy':
      return { event: found.eventName, keyId, attempt: found.args.attempt, member: found.args.member };
    case 'KeyConfirmed':
      return { event: found.eventName, ...found.args };
    case 'KeyActivated':
      return { event: found.eventName, keyId, epoch: found.args.epoch, publicKey: found.args.publicKey };
    case 'KeyPaused':
    case 'KeySuspended':
      return { event: found.eventName, keyId, pausedUntil: found.args.pausedUntil };
  }
}

function decodeDerivedLog(log: RawLog): ChainEvent | null {
  const found = decode(DERIVED_KEYS_ABI, log);
  if (found === null) return null;
  const { keyId, requester, path } = found.args;
  return { event: found.eventName, keyId, requester: lower(requester), path };
}

function decodeMeasurementLog(log: RawLog): ChainEvent | null {
  const found = decode(MEASUREMENT_REGISTRY_ABI, log);
  return found && { event: found.eventName, measurement: found.args.measurement };
}

function decodeLateLog(log: RawLog): ChainEvent | null {
  const found = decode(LATE_SIGNATURES_ABI, log);
  return found && { event: found.eventName, id: found.args.id };
}

function decodeEnclaveLog(log: RawLog): ChainEvent | null {
  const found = decode(ENCLAVE_REGISTRY_ABI, log);
  if (found === null) return null;
  const { id } = found.args;
  switch (found.eventName) {
    case 'EnclaveRegistered': {
      const { measurement, registration } = found.args;
      const { epoch, tlsKey, endpoint, region } = registration;
      const [operator, identity] = [lower(registration.operator), lower(registration.identity)];
      return { event: found.eventName, id, operator, identity, epoch, tlsKey, endpoint, region, measurement };
    }
    case 'EnclaveAttested':
      return { event: found.eventName, id, validUntil: found.args.validUntil };
    case 'EnclaveRetired':
    case 'EnclaveSuspended':
      return { event: found.eventName, id };
    case 'BootRecorded':
      return { event: found.eventName, id, counter: found.args.counter.toString(), nonce: found.args.nonce };
  }
}

/** Other events of the same contract decode to null: a newer contract may emit more than this host knows. */
function decode<const abi extends Abi>(abi: abi, { topics, data }: RawLog) {
  const [topic] = topics;
  if (topic === undefined) return null;
  try {
    return decodeEventLog({ abi, topics: topics as [Hex, ...Hex[]], data });
  } catch (cause) {
    if (cause instanceof AbiEventSignatureNotFoundError) return null;
    throw new Retryable('RPC_REFUSED', 'a log does not have the form that its topic promises', { cause });
  }
}

function lower(address: Hex): Hex {
  return address.toLowerCase() as Hex;
}
