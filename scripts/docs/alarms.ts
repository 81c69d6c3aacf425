/** When somebody should look at a host: in words for the page of metrics, and as rules for Prometheus where a rule can say it. */

import type { MetricName } from '../../signer/host/metrics.ts';

/** `expr`: PromQL; true for so long as `for` (empty: at once) · `severity`: `page` where no request is signed before it is mended */
export type Rule = {
  readonly name: string;
  readonly expr: string;
  readonly for: string;
  readonly severity: 'page' | 'ticket';
};
/** `words` follow "alarm when"; no rule where the bound is the operator's own. */
export type Alarm = { readonly words: string; readonly rules?: readonly Rule[] };

const ticket = (name: string, expr: string, lasting = '') =>
  ({ name, expr, for: lasting, severity: 'ticket' }) as const;
const page = (name: string, expr: string, lasting = '') => ({ name, expr, for: lasting, severity: 'page' }) as const;
/** A series is there from its first value on, and `increase` does not count that one. */
const rises = (series: string) => `increase(${series}[15m]) > 0 or (${series} unless ${series} offset 15m) > 0`;
const slowest = (series: string, by: string, bound: number) =>
  `histogram_quantile(0.95, sum by (le, ${by}) (rate(${series}[5m]))) > ${bound}`;

export const ALARMS: Readonly<Partial<Record<MetricName, Alarm>>> = {
  quorate_head_age_seconds: {
    words: 'over 30 minutes: finality stalls, or every RPC lags',
    rules: [page('QuorateHeadIsOld', 'quorate_head_age_seconds > 1800')],
  },
  quorate_rpc_calls_total: { words: 'it rises faster than your provider allows' },
  quorate_rpc_seconds: {
    words: 'the 95th percentile is over 2 seconds: name a faster RPC first',
    rules: [ticket('QuorateRpcIsSlow', slowest('quorate_rpc_seconds_bucket', 'instance, rpc', 2), '15m')],
  },
  quorate_finality_slot: {
    words:
      'it stands still for half an hour while something is to be signed: finality stalls, or no beacon node tells of it',
    rules: [
      page(
        'QuorateFinalityStands',
        'changes(quorate_finality_slot[30m]) == 0 and on (instance) quorate_requests{state="ready"} > 0',
      ),
    ],
  },
  quorate_finality_refused_total: {
    words:
      '`UPDATE_REJECTED`: that beacon node lies or is broken; `by="peer"`: another member does. `UPDATE_CONFLICT`: the enclave is frozen',
    rules: [
      ticket('QuorateUpdateRefused', rises('quorate_finality_refused_total{code!="UPDATE_CONFLICT"}')),
      page('QuorateEnclaveFrozen', 'quorate_finality_refused_total{code="UPDATE_CONFLICT"} > 0'),
    ],
  },
  quorate_beacon_calls_total: { words: 'it rises faster than your provider allows' },
  quorate_beats_total: { words: 'it rises much faster than three in each `beatBound`: gas' },
  quorate_sessions_total: {
    words: '`outcome="fault"` rises: some member fails, and the log names it',
    rules: [ticket('QuorateSessionsFail', rises('quorate_sessions_total{outcome="fault"}'))],
  },
  quorate_session_seconds: {
    words:
      'the 95th percentile of `kind="signing", outcome="done"` is over 10 seconds: members are far, busy or cut off',
    rules: [
      ticket(
        'QuorateSigningIsSlow',
        slowest('quorate_session_seconds_bucket{kind="signing",outcome="done"}', 'instance', 10),
        '15m',
      ),
    ],
  },
  quorate_refusals_total: {
    words:
      'it rises: the enclave says no, with a code. Not for pauses: while a key or the network is paused (`quorate keys --json` shows `pausedUntil`), hosts lead nothing',
    rules: [ticket('QuorateEnclaveRefuses', rises('quorate_refusals_total'))],
  },
  quorate_postings_total: {
    words: '`outcome="given-up"` at all',
    rules: [page('QuoratePostingGivenUp', rises('quorate_postings_total{outcome="given-up"}'))],
  },
  quorate_enclave_restarts_total: {
    words: 'it rises',
    rules: [page('QuorateEnclaveRestarts', rises('quorate_enclave_restarts_total'))],
  },
  quorate_peer_connected: {
    words: 'it is 0 for a quarter of an hour: that member, or the way to it, is down',
    rules: [ticket('QuoratePeerIsDown', 'quorate_peer_connected == 0', '15m')],
  },
  quorate_peer_refused_total: {
    words: 'it rises fast: somebody knocks who is not registered, or an old version',
    rules: [ticket('QuoratePeersAreRefused', 'rate(quorate_peer_refused_total[15m]) > 0.2')],
  },
  quorate_fee_bumps_total: {
    words: "it rises fast: transactions are not mined at the market's price",
    rules: [ticket('QuorateFeesAreLow', 'increase(quorate_fee_bumps_total[1h]) > 5')],
  },
  quorate_gas_balance_wei: {
    words: 'under what you want to keep there (the rule: a twentieth of the coin)',
    rules: [page('QuorateGasIsLow', 'quorate_gas_balance_wei < 5e16')],
  },
};
