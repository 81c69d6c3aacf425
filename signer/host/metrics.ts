/** Counters, gauges and histograms in Prometheus text format (exposition format 0.0.4). */

type Labels = Readonly<Record<string, string>>;
export type Metric = {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Of a histogram: upper bounds, rising, without the infinite one. */
  readonly bounds?: readonly number[];
};

const counter = <const L extends readonly string[]>(help: string, ...labels: L) =>
  ({ kind: 'counter', help, labels }) as const;
const gauge = <const L extends readonly string[]>(help: string, ...labels: L) =>
  ({ kind: 'gauge', help, labels }) as const;
const histogram = <const L extends readonly string[]>(help: string, bounds: readonly number[], ...labels: L) =>
  ({ kind: 'histogram', help, labels, bounds }) as const;

/** Everything the host measures. A name that is not here does not compile, and no label but these is printed. */
export const METRICS = {
  quorate_head_block: gauge('Highest finalised block that was scanned'),
  quorate_head_age_seconds: gauge('Age of that block by the clock of this machine'),
  quorate_reorgs_total: counter('Times that a scanned block left the chain'),
  quorate_late_logs_total: counter('Logs that an RPC left out at first and a later scan found'),
  quorate_disputed_logs_total: counter('Logs that were given up because a second reading did not show them'),
  quorate_rpc_errors_total: counter('Failed calls to the chain, by code', 'code'),
  quorate_rpc_calls_total: counter('Calls to the chain, by RPC and method', 'rpc', 'method'),
  quorate_rpc_seconds: histogram(
    'Time that an RPC takes to answer or to fail, waiting for a turn not counted',
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    'rpc',
  ),
  quorate_beacon_calls_total: counter('Calls to beacon nodes, by node and route', 'beacon', 'route'),
  quorate_finality_slot: gauge('Slot of the finalised header that the enclave has followed last'),
  quorate_finality_refused_total: counter(
    'Updates that the enclave refused, by code and who brought them',
    'code',
    'by',
  ),
  quorate_beats_total: counter('Boot records that were wanted to show how fresh the view of the enclave is'),
  quorate_requests: gauge('Requests by state', 'state'),
  quorate_sessions_total: counter('Sessions by kind and outcome', 'kind', 'outcome'),
  quorate_session_seconds: histogram(
    'Time from the opening of a session to its end, by kind and outcome',
    [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120],
    'kind',
    'outcome',
  ),
  quorate_requests_left_out_total: counter('Times that a leader left a request waiting past its turn', 'leader'),
  quorate_sessions_live: gauge('Sessions that the enclave is in now'),
  quorate_refusals_total: counter('Calls that the enclave refused, by code', 'call', 'code'),
  quorate_enclave_restarts_total: counter('Times that the enclave process had to be started again'),
  quorate_postings_total: counter('Transactions by kind and outcome', 'kind', 'outcome'),
  quorate_fee_bumps_total: counter('Transactions sent again with a higher fee'),
  quorate_gas_balance_wei: gauge('Balance of the gas account'),
  quorate_peer_connected: gauge('Whether the link to this peer is up', 'peer'),
  quorate_peer_bytes_total: counter('Bytes of frames between hosts, by direction', 'direction'),
  quorate_peer_refused_total: counter('Connections and frames refused, by reason', 'reason'),
  quorate_mail_resent_total: counter('Messages sent again for want of an acknowledgement'),
  quorate_mail_dropped_total: counter('Messages given up, by reason', 'reason'),
} as const satisfies Record<string, Metric>;
export type MetricName = keyof typeof METRICS;

type Of<K extends Metric['kind']> = {
  [N in MetricName]: (typeof METRICS)[N]['kind'] extends K ? N : never;
}[MetricName];
/** Exactly the labels that a metric has. */
type LabelsOf<N extends MetricName> = Readonly<Record<(typeof METRICS)[N]['labels'][number], string>>;
type Unlabelled = Readonly<Record<string, never>>;
type With<N extends MetricName, More extends readonly unknown[]> = (typeof METRICS)[N]['labels'] extends readonly []
  ? [labels?: Unlabelled, ...more: More]
  : [labels: LabelsOf<N>, ...more: More];

export type Metrics = {
  add<N extends Of<'counter'>>(name: N, ...labelsAndBy: With<N, [by?: number]>): void;
  set<N extends Of<'gauge'>>(name: N, value: number, ...labels: With<N, []>): void;
  observe<N extends Of<'histogram'>>(name: N, value: number, ...labels: With<N, []>): void;
  read(name: Of<'counter' | 'gauge'>, labels?: Labels): number;
  render(): string;
};
/** For commands that ask a little and end. */
export const UNMEASURED: Pick<Metrics, 'add' | 'observe'> = { add: () => {}, observe: () => {} };

/** How many were at most each bound, in their order; all of them; their sum. */
type Observed = { readonly within: readonly number[]; readonly count: number; readonly sum: number };

export function createMetrics(): Metrics {
  const values = createSeries<number>();
  const observed = createSeries<Observed>();
  const read = (name: MetricName, labels: Labels = {}) => values.of(name).get(print(labels)) ?? 0;
  return {
    read,
    add: (name, ...rest) => {
      const [labels, by = 1] = rest as readonly [Labels?, number?];
      values.of(name).set(print(labels ?? {}), read(name, labels) + by);
    },
    set: (name, value, labels: Labels = {}) => void values.of(name).set(print(labels), value),
    observe: (name, value, labels: Labels = {}) => {
      const series = observed.of(name);
      series.set(print(labels), counting(series.get(print(labels)), METRICS[name].bounds, value));
    },
    render: () => [...values.map(plainLines), ...observed.map(bucketLines)].join(''),
  };
}

function createSeries<T>() {
  const all = new Map<MetricName, Map<string, T>>();
  return {
    of: (name: MetricName): Map<string, T> => {
      const found = all.get(name) ?? new Map<string, T>();
      all.set(name, found);
      return found;
    },
    map: (lines: (name: MetricName, labels: string, value: T) => readonly string[]): string[] =>
      [...all].map(([name, series]) => {
        const { kind, help } = METRICS[name];
        const shown = [...series].flatMap(([labels, value]) => lines(name, labels, value));
        return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...shown, ''].join('\n');
      }),
  };
}

function counting(before: Observed | undefined, bounds: readonly number[], value: number): Observed {
  const { within = bounds.map(() => 0), count = 0, sum = 0 } = before ?? {};
  return {
    within: bounds.map((bound, at) => (within[at] ?? 0) + (value <= bound ? 1 : 0)),
    count: count + 1,
    sum: sum + value,
  };
}

function plainLines(name: MetricName, labels: string, value: number): readonly string[] {
  return [`${name}${labels} ${value}`];
}

/** > A histogram with a base metric name of <basename> exposes <basename>_bucket{le="…"}, <basename>_sum, <basename>_count */
function bucketLines(name: MetricName, labels: string, { within, count, sum }: Observed): readonly string[] {
  const metric: Metric = METRICS[name];
  const bucket = (bound: string, value: number) => `${name}_bucket${withBound(labels, bound)} ${value}`;
  return [
    ...(metric.bounds ?? []).map((bound, at) => bucket(String(bound), within[at] ?? 0)),
    bucket('+Inf', count),
    `${name}_sum${labels} ${sum}`,
    `${name}_count${labels} ${count}`,
  ];
}

function withBound(labels: string, bound: string): string {
  return labels === '' ? `{le="${bound}"}` : `${labels.slice(0, -1)},le="${bound}"}`;
}

function print(labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.sort().join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
