/** The sizes of DKLs23 (ePrint 2023/765, section 5) for secp256k1. */

/** > kappa = |q| */
export const KAPPA = 256;
/** lambda_c: computational security, and the number of base OTs. */
export const LAMBDA_C = 128;
/** lambda_s: statistical security. */
export const LAMBDA_S = 80;
/** > xi = kappa + 2·lambda_s: choice bits of one multiplication; what a cheating sender may learn of them by selective failure is absorbed. */
export const XI = KAPPA + 2 * LAMBDA_S;
/** > l = 2: r_i and sk_i are multiplied by the same chi. */
export const ELL = 2;
/** > rho = ceil(kappa / lambda_c): columns that check that the sender uses one input in all rows. */
export const RHO = KAPPA / LAMBDA_C;
/** Scalars in one row. */
export const COLUMNS = ELL + RHO;
