/** Counters and gauges in Prometheus text format (exposition format 0.0.4). */

type Labels = Readonly<Record<string, string>>;
type Kind = 'counter' | 'gauge';

/** Everything the host measures, with its help text. A name that is not here does not compile. */
export const METRICS = {
  quorate_head_block: ['gauge', 'Highest finalised block that was scanned'],
  quorate_head_age_seconds: ['gauge', 'Age of that block by the clock of this machine'],
  quorate_reorgs_total: ['counter', 'Times that a scanned block left the chain'],
  quorate_late_logs_total: ['counter', 'Logs that an RPC left out at first and a later scan found'],
  quorate_rpc_errors_total: ['counter', 'Failed calls to the chain, by code'],
  quorate_rpc_calls_total: ['counter', 'Calls to the chain, by RPC and method'],
  quorate_beacon_calls_total: ['counter', 'Calls to beacon nodes, by node and route'],
  quorate_finality_slot: ['gauge', 'Slot of the finalised header that the enclave has followed last'],
  quorate_finality_refused_total: ['counter', 'Updates that the enclave refused, by code and who brought them'],
  quorate_beats_total: ['counter', 'Boot records that were wanted to show how fresh the view of the enclave is'],
  quorate_requests: ['gauge', 'Requests by state'],
  quorate_sessions_total: ['counter', 'Sessions by kind and outcome'],
  quorate_requests_left_out_total: ['counter', 'Times that a leader left a request waiting past its turn, by leader'],
  quorate_sessions_live: ['gauge', 'Sessions that the enclave is in now'],
  quorate_refusals_total: ['counter', 'Calls that the enclave refused, by code'],
  quorate_enclave_restarts_total: ['counter', 'Times that the enclave process had to be started again'],
  quorate_postings_total: ['counter', 'Transactions by kind and outcome'],
  quorate_fee_bumps_total: ['counter', 'Transactions sent again with a higher fee'],
  quorate_gas_balance_wei: ['gauge', 'Balance of the gas account'],
  quorate_peer_connected: ['gauge', 'Whether the link to this peer is up'],
  quorate_peer_bytes_total: ['counter', 'Bytes of frames between hosts, by direction'],
  quorate_peer_refused_total: ['counter', 'Connections and frames refused, by reason'],
  quorate_mail_resent_total: ['counter', 'Messages sent again for want of an acknowledgement'],
  quorate_mail_dropped_total: ['counter', 'Messages given up, by reason'],
} as const satisfies Record<string, readonly [Kind, string]>;
export type MetricName = keyof typeof METRICS;

export type Metrics = {
  add(name: MetricName, labels?: Labels, by?: number): void;
  set(name: MetricName, value: number, labels?: Labels): void;
  read(name: MetricName, labels?: Labels): number;
  render(): string;
};

export function createMetrics(): Metrics {
  const values = new Map<MetricName, Map<string, number>>();
  const series = (name: MetricName) => {
    const found = values.get(name) ?? new Map<string, number>();
    values.set(name, found);
    return found;
  };
  const read = (name: MetricName, labels: Labels = {}) => values.get(name)?.get(print(labels)) ?? 0;
  return {
    read,
    add: (name, labels = {}, by = 1) => void series(name).set(print(labels), read(name, labels) + by),
    set: (name, value, labels = {}) => void series(name).set(print(labels), value),
    render: () => [...values].map(([name, found]) => renderSeries(name, found)).join(''),
  };
}

function renderSeries(name: MetricName, found: ReadonlyMap<string, number>): string {
  const [kind, help] = METRICS[name];
  const lines = [...found].map(([labels, value]) => `${name}${labels} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...lines, ''].join('\n');
}

function print(labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.sort().join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
