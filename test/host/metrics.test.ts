/** What /metrics says, as Prometheus reads it. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ALARMS } from '../../scripts/docs/alarms.ts';
import { METRICS_PAGE, metricsPage, RULES_FILE, rulesFile } from '../../scripts/docs/metrics.ts';
import { createMetrics, METRICS, type Metric } from '../../signer/host/metrics.ts';

describe('metrics', () => {
  it('are counted by their labels, and written with the labels escaped and in order', () => {
    const metrics = createMetrics();
    metrics.add('quorate_rpc_calls_total', { rpc: 'a"\\\n', method: 'm' });
    metrics.add('quorate_rpc_calls_total', { method: 'm', rpc: 'a"\\\n' }, 2);
    metrics.set('quorate_head_block', 7);
    expect(metrics.render()).to.equal(
      [
        '# HELP quorate_rpc_calls_total Calls to the chain, by RPC and method',
        '# TYPE quorate_rpc_calls_total counter',
        'quorate_rpc_calls_total{method="m",rpc="a\\"\\\\\\n"} 3',
        '# HELP quorate_head_block Highest finalised block that was scanned',
        '# TYPE quorate_head_block gauge',
        'quorate_head_block 7',
        '',
      ].join('\n'),
    );
  });

  it('put what is observed into every bucket that holds it, its bound included', () => {
    const metrics = createMetrics();
    for (const seconds of [0.05, 0.06, 1_000])
      metrics.observe('quorate_session_seconds', seconds, { kind: 'signing', outcome: 'done' });
    const labels = 'kind="signing",outcome="done"';
    const counts = [1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3];
    const bounds = [...METRICS.quorate_session_seconds.bounds.map(String), '+Inf'];
    const lines = metrics.render().split('\n').slice(2);
    expect(lines).to.deep.equal([
      ...bounds.map((bound, at) => `quorate_session_seconds_bucket{${labels},le="${bound}"} ${counts[at]}`),
      `quorate_session_seconds_sum{${labels}} 1000.11`,
      `quorate_session_seconds_count{${labels}} 3`,
      '',
    ]);
  });

  it('have names, units and bounds as Prometheus wants them', () => {
    for (const [name, { kind, labels, bounds = [] }] of Object.entries<Metric>(METRICS)) {
      expect(name).to.match(/^quorate_[a-z_]+$/);
      expect(name.endsWith('_total'), name).to.equal(kind === 'counter');
      expect(labels.includes('le'), name).to.equal(false);
      expect(bounds, name).to.deep.equal([...bounds].sort((one, other) => one - other));
      expect(bounds.length > 0, name).to.equal(kind === 'histogram');
    }
  });

  it('are written down: run scripts/docs/metrics.ts', () => {
    expect(readFileSync(METRICS_PAGE, 'utf8')).to.equal(metricsPage());
    expect(readFileSync(RULES_FILE, 'utf8')).to.equal(rulesFile());
  });

  it('are watched by rules that name no metric and no label that does not exist', () => {
    const rules = Object.values(ALARMS).flatMap((alarm) => alarm.rules ?? []);
    expect(new Set(rules.map(({ name }) => name)).size).to.equal(rules.length);
    for (const { name, expr } of rules)
      for (const [, series = '', labels = ''] of expr.matchAll(/(quorate_[a-z_]+)(?:\{([^}]*)\})?/g)) {
        const { labels: known }: Metric = METRICS[series.replace(/_bucket$/, '') as keyof typeof METRICS];
        for (const [, label] of labels.matchAll(/([a-z]+)!?=/g)) expect(known, `${name}: ${series}`).to.include(label);
      }
  });
});
