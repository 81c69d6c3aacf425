/**
 * How much a request may say, and the chain about itself: the same numbers for contracts, enclaves and hosts. `contracts/types/Limits.sol` is made from this file
 * (`scripts/limits.ts`), so that nothing can be asked for on chain that no enclave would read.
 */

/** Declared effects of a request, and of a mandate. */
export const MAX_EFFECTS = 64;
/** Bytes of an effect's recipient: a script, an address, an account. */
export const MAX_RECIPIENT = 1_024;
/** What one request has signed: one for each input of a Bitcoin transaction. */
export const MAX_DIGESTS = 64;
/** Bytes of a payload. */
export const MAX_PAYLOAD = 32 * 1024;
/** Bytes of an Ed25519 message, which is its own digest. */
export const MAX_MESSAGE = 4096;

/** Forks that votes add to those of an image: one or two a year, and a later image has them itself. */
export const MAX_FORKS = 32;
