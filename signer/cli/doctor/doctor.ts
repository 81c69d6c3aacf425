/** `quorate doctor`: everything that must be right before a host can work, each with what to do if it is not. Runs beside a running host too. */

import { CONFIG, type Command, option, table } from '../command.ts';
import type { Finding } from './examine.ts';
import { examineNode } from './node.ts';

export const doctor: Command = {
  summary: 'check files, ports, RPC, chain, contracts, gas, admission and enclave; end with what to do',
  options: [CONFIG],
  run: async (options) => {
    const file = option(options, 'config');
    const json = await examineNode(file);
    const rows = json.map(({ check, ok, detail, advice }) => [!ok ? 'NO' : advice ? '??' : 'ok', check, detail]);
    const ok = json.every((finding) => finding.ok);
    return { json, text: `${table(rows)}\n\n${nextOf(file, json)}`, ok };
  },
};

function nextOf(file: string, findings: readonly Finding[]): string {
  const steps = new Map<string, readonly string[]>();
  for (const { check, advice } of findings)
    if (advice !== null) steps.set(advice, [...new Set([...(steps.get(advice) ?? []), check])]);
  const list = [...steps].map(([advice, checks], at) => `  ${at + 1}. ${checks.join(', ')}: ${advice}`);
  if (list.length > 0) return ['To do:', ...list].join('\n');
  return `Nothing to do. Next: quorate run --config ${file}, or, if it runs, quorate status --config ${file}`;
}
