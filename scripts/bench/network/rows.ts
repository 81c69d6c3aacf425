/** What the benchmark of a network says: docs/throughput.md, "Rows". */
import type { Spent } from './spending.ts';

export type Shape = { readonly scheme: 'bip340'; readonly t: number; readonly n: number; readonly keys: number };
export type Counted = { readonly sent: number; readonly done: number; readonly lost: number };
export type PerRequest = {
  /** of all hosts, TEEs and enclaves together */
  readonly cpu_ms_per_request: number | null;
  readonly cpu_ms: { readonly [of in keyof Spent['cpu'] | 'load']: number | null };
  readonly rpc_calls_per_request: number | null;
  /** between hosts, as TCP carries them; null where there is no `ss` */
  readonly bytes_per_request: number | null;
  /** the most that one process of each kind held in memory */
  readonly rss_mb: Spent['rss'];
};
export type RateRow = Shape &
  Counted &
  PerRequest & {
    readonly op: 'network';
    readonly rate: number;
    /** from the first request sent to the last */
    readonly seconds: number;
    readonly p50_ms: number;
    readonly p95_ms: number;
    readonly p99_ms: number;
  };
export type BurstRow = Shape &
  Counted &
  PerRequest & {
    readonly op: 'network-burst';
    /** from the block with all requests to the last signature */
    readonly seconds: number;
  };
export type IdleRow = Shape & {
  readonly op: 'network-idle';
  readonly seconds: number;
  readonly rpc_calls_per_minute_and_node: number;
  readonly cpu_ms_per_minute_and_node: { readonly [of in 'host' | 'tee' | 'enclave']: number };
  readonly rss_mb: Spent['rss'];
};
export type NetworkRow = RateRow | BurstRow | IdleRow;
