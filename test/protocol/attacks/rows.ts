/** What is attacked in each row of the table of attacks that threshold ECDSA has to stand, and what it ends in. */

export interface Row {
  readonly attack: string;
  readonly end: string;
}

export const ECDSA_ROWS: Readonly<Record<string, Row>> = {
  A01: { attack: 'a dealer of a polynomial of another degree', end: 'the dealer is blamed' },
  A02: { attack: 'commitments to the identity', end: 'the sender is blamed' },
  A03: { attack: 'party ids that are zero modulo the order', end: 'refused before anything is drawn' },
  A04: { attack: 'party ids that repeat', end: 'refused before anything is drawn' },
  A05: { attack: 'party ids that collide or vanish modulo the order', end: 'there are none' },
  A06: { attack: 'a key part that cancels the others', end: 'its dealer is blamed' },
  A07: { attack: 'a proof of possession of another session or party', end: 'it does not hold' },
  A08: { attack: 'a copied announcement and opening', end: 'who copies is blamed' },
  A09: { attack: 'two stories to two halves', end: 'nobody has a key or a signature; disputes name the liar alone' },
  A10: { attack: 'a false share, a false complaint', end: 'dealer or complainer is blamed' },
  A11: { attack: 'reading along', end: 'no secret is on the wire' },
  A12: { attack: 'another roster', end: 'who has it is blamed' },
  A13: { attack: "another's words as one's own", end: 'the one who spoke is blamed, or nobody' },
  A14: { attack: 'a session that runs again with other parties', end: 'a session runs once' },
  A15: { attack: 'opening before all have announced', end: 'nobody opens' },
  A16: { attack: 'thresholds and sizes without sense', end: 'refused before anything is drawn' },
  A29: { attack: 'a signer that says nothing', end: 'silent; nobody is blamed' },
  A31: { attack: 'too few signers, strangers, other boots', end: 'refused before any OT is used' },
  A33: { attack: 'a presignature used twice', end: 'taken once; a context comes once; nothing outlives its boot' },
  A34: { attack: 'digest or tweak chosen after the nonce', end: 'the session ends with nothing opened' },
  A35: { attack: 'zeros, the identity, what is not canonical', end: 'blamed, or an attempt is lost' },
  A36: { attack: 's and n - s', end: 's is low' },
  A37: { attack: 'a wrong share', end: 'no signature leaves' },
  A38: { attack: 'biased nonces', end: 'they are uniform' },
  A39: { attack: 'another key, another path', end: 'refused, or the session ends' },
  A40: { attack: 'a failed check of OT, tried again', end: 'blamed; the pair is wiped, sessions beside it end' },
  A41: { attack: 'false choice bits in OT extension', end: 'found out but with 2^-k; blamed, wiped' },
  A42: { attack: 'one context twice on the same seeds', end: 'refused' },
  A43: { attack: 'another input in some rows of a multiplication', end: 'found out but with 2^-k; blamed, wiped' },
  A44: { attack: 'other inputs than committed to', end: 'blamed and wiped, or an attempt is lost' },
  A45: { attack: 'openings of nothing, lengths, replays', end: 'blamed; nobody has a signature' },
  A46: { attack: 'fields of a transcript that run into each other', end: 'other fields, another hash' },
  A47: { attack: 'an old state of the machine', end: 'other nonces; no OT' },
  A48: { attack: 'time', end: 'the same for all secrets, as far as is measured' },
};
