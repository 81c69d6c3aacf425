/** Amounts as people write them. */

/** > COIN = 100000000 */
const COIN = 100_000_000n;

export function btc(satoshi: bigint): string {
  return `${satoshi / COIN}.${(satoshi % COIN).toString().padStart(8, '0')} BTC`;
}
