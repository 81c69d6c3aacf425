/** A peer broke the protocol: who, if it can be proven, and who merely stayed silent. */
import type { PartyId } from './committee.ts';

export type FaultCode =
  | 'silent' // nothing arrived in time; a host can do that to an honest party
  | 'malformed' // authenticated bytes that no honest party sends
  | 'commitment-opened-differently'
  | 'invalid-proof-of-possession'
  | 'invalid-share'
  | 'false-complaint'
  | 'equivocation' // parties were told different things
  | 'confirmation-differs'
  | 'request-differs' // the disputes say who signs something else; nobody can tell who was asked wrongly
  | 'repeated-commitment' // to nonces that the same signer has committed to before: a copy of it, or chance that repeats itself
  | 'invalid-signature-share'
  | 'ot-check-failed' // a bit of the pair's OT state may be known to the peer now: the pair is wiped
  | 'multiplication-check-failed' // likewise
  | 'inputs-differ' // a peer multiplied with something else than it committed to
  | 'wrong-public-key' // the parts that were committed to do not make the key; with more than two signers nobody can tell whose
  | 'setup-differs' // the disputes say with whom we do not share the same OT set-up
  | 'setup-wiped' // a check failed in another session with the same peer
  | 'invalid-signature' // with more than two signers nobody can tell whose share is wrong
  | 'degenerate-signature' // r, s or u is zero: probability 2^-250, or a signer's doing
  | 'degenerate-key'; // probability 2^-250, kept so that no identity element is ever a key

/** `reporter` says that it heard something else from `about` than we did; the signed messages tell which of the two lies. */
export interface Dispute {
  readonly about: PartyId;
  readonly reporter: PartyId;
}

export interface Blame {
  readonly culprits?: readonly PartyId[];
  readonly silent?: readonly PartyId[];
  readonly disputes?: readonly Dispute[];
  readonly cause?: unknown;
}

export class Fault extends Error {
  readonly code: FaultCode;
  readonly round: string;
  /** Proven: each sent authenticated bytes that break the protocol. */
  readonly culprits: readonly PartyId[];
  /** Not proven: their messages are missing. */
  readonly silent: readonly PartyId[];
  /** To be settled by signed messages, which this layer does not see. */
  readonly disputes: readonly Dispute[];

  constructor(code: FaultCode, round: string, { culprits = [], silent = [], disputes = [], cause }: Blame) {
    super(`${code} in ${round}: culprits [${culprits}], silent [${silent}]`, { cause });
    this.name = 'Fault';
    this.code = code;
    this.round = round;
    this.culprits = culprits;
    this.silent = silent;
    this.disputes = disputes;
  }
}
