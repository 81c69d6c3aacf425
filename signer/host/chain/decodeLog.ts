/** One log of a contract as the event that the host knows, or null for any other. */

import { type Abi, AbiEventSignatureNotFoundError, decodeEventLog } from 'viem';
import type { Hex } from '../../enclave/api.ts';
import { Retryable } from '../errors.ts';
import type { ChainEvent } from '../ports/chain.ts';
import { ENCLAVE_REGISTRY_ABI, KEY_REGISTRY_ABI, SIGNING_REQUESTS_ABI } from './abi.ts';
import type { Deployment } from './deployment.ts';

export type RawLog = { readonly address: Hex; readonly topics: readonly Hex[]; readonly data: Hex };

export function decodeLog(deployment: Deployment, log: RawLog): ChainEvent | null {
  const address = log.address.toLowerCase();
  if (address === deployment.signingRequests) return decodeRequestLog(log);
  if (address === deployment.keyRegistry) return decodeKeyLog(log);
  if (address === deployment.enclaveRegistry) return decodeEnclaveLog(log);
  return null;
}

function decodeRequestLog(log: RawLog): ChainEvent | null {
  const found = decode(SIGNING_REQUESTS_ABI, log);
  if (found === null) return null;
  const { eventName, args } = found;
  if (eventName !== 'SignatureRequested') return { event: eventName, id: args.id };
  const { intent, counter, readyAt } = args;
  const request = {
    ...intent,
    effects: intent.effects.map((effect) => ({ ...effect, amount: effect.amount.toString() })),
    requester: lower(args.requester),
    consumer: lower(intent.consumer),
    counter: counter.toString(),
  };
  return { event: eventName, id: args.id, readyAt, request };
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
    case 'AttemptOpened':
      return { event: found.eventName, ...found.args };
    case 'KeyConfirmedBy':
      return { event: found.eventName, keyId, attempt: found.args.attempt, member: found.args.member };
    case 'KeyConfirmed':
      return { event: found.eventName, ...found.args };
    case 'KeyActivated':
      return { event: found.eventName, keyId, epoch: found.args.epoch, publicKey: found.args.publicKey };
    case 'KeyPaused':
    case 'KeySuspended':
      return { event: found.eventName, keyId, pausedUntil: found.args.pausedUntil };
    case 'DerivedKeyClaimed':
      return { event: found.eventName, keyId, requester: lower(found.args.requester), path: found.args.path };
  }
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
