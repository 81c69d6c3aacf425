/** One run of `quorate deploy`: the plan, and unless it is only to be seen, the deployment. */

import { isError, type Provider, type Signer } from 'ethers';
import { type Shown, table } from '../../signer/cli/command.ts';
import { duration } from '../../signer/cli/words/named.ts';
import { Fatal } from '../../signer/host/errors.ts';
import { deploy, deployTo, requireFit } from '../deploy.ts';
import { type Journal, type Progress, readJson, volatileJournal } from './journal.ts';
import { madeOf } from './made.ts';
import type { DeployOptions } from './options.ts';
import { coins, gasWords, type Price, perGasWords, priceOf } from './price.ts';
import { type DeploymentRecord, journalPath } from './record.ts';
import { type Planned, rehearse } from './rehearsal.ts';
import type { Happening, Watch } from './steps.ts';

export type Run = {
  readonly provider: Provider;
  readonly deployer: Signer;
  readonly chainId: number;
  /** Where the record goes; null: nowhere. */
  readonly path: string | null;
  readonly options: DeployOptions;
  readonly isDry: boolean;
  readonly say: (line: string) => void;
};
type Plan = {
  readonly deployer: string;
  readonly steps: readonly Planned[];
  readonly left: number;
  readonly price: Price;
};

export async function perform(run: Run): Promise<Shown> {
  return inOneLine(async () => {
    requireFit(BigInt(run.chainId), run.options);
    const finished = run.path === null ? null : await readJson<DeploymentRecord>(run.path);
    if (finished !== null) return complete(run, finished.contracts.directory?.address);
    const plan = await planOf(run);
    if (run.isDry)
      return { json: jsonOf(run, plan), text: `${planText(run, plan)}\n\nNothing was sent: --dry-run.`, ok: true };
    run.say(planText(run, plan));
    requireMoney(plan);
    return deployed(run, plan);
  });
}

/** Only compares: a record that is complete is never written again. */
async function complete({ path, deployer, options }: Run, directory: string | undefined): Promise<Shown> {
  if (path === null) throw new Error('nothing is kept without a path');
  const record = await deployTo(path, deployer, options);
  const text = `${path} is complete, and all of it is on the chain: nothing is left to do. Directory: ${directory}`;
  return { json: record, text, ok: true };
}

async function planOf({ provider, deployer, chainId, path, options }: Run): Promise<Plan> {
  const account = await deployer.getAddress();
  const former = path === null ? null : await readJson<Progress>(journalPath(path));
  const begun = Object.values(former?.steps ?? {});
  const nonce =
    begun.length > 0 ? Math.min(...begun.map((step) => step.nonce)) : await provider.getTransactionCount(account);
  const steps = await rehearse(BigInt(chainId), account, nonce, options);
  const left = steps.filter(({ step }) => former?.steps[step]?.mined !== true);
  const gas = left.reduce((sum, step) => sum + step.gas, 0n);
  return { deployer: account, steps, left: left.length, price: await priceOf(provider, account, gas) };
}

function planText({ chainId, path, options }: Run, { deployer, steps, left, price }: Plan): string {
  const { token, governor } = options;
  const done = steps.length - left;
  const creations = steps.filter(({ created }) => created !== null);
  return [
    `Deploy "${governor.name}" on chain ${chainId} from ${deployer}`,
    table([
      ['  token', `${token.name} (${token.symbol}), ${token.allocations.length} holders`],
      [
        '  votes',
        `${governor.votingDelay} blocks of delay, ${governor.votingPeriod} of voting, quorum ${governor.quorumPercent} %`,
      ],
      ['  timelock', duration(options.timelockDelay)],
      [
        '  trust roots',
        `${duration(options.trustDelay)}; another committee of a key ${duration(options.committeeDelay)}`,
      ],
      ['  guardian', options.guardian ?? 'nobody'],
      ['  settler', options.settler ?? 'nobody'],
      ['  transactions', `${left}${done > 0 ? ` (${done} of ${steps.length} were sent before)` : ''}`],
      [
        '  gas',
        `${gasWords(price.gas)}, ${coins(price.total)} at ${perGasWords(price.perGas)}; the deployer has ${coins(price.balance)}`,
      ],
      ['  record', path ?? 'is not kept: the chain is a local one (--out FILE keeps it)'],
    ]),
    '',
    table(creations.map(({ step, gas, created }) => [`  ${step}`, created ?? '', gasWords(gas).padStart(11)])),
    `  then ${steps.length - creations.length} calls that hand every power to the timelock; the deployer keeps none`,
  ].join('\n');
}

function jsonOf({ chainId, path }: Run, { deployer, steps, left, price }: Plan) {
  return { chainId, deployer, record: path, transactions: left, ...price, steps };
}

function requireMoney({ deployer, price: { balance, total } }: Plan): void {
  if (balance >= total) return;
  throw new Fatal(
    'CONFIG_INVALID',
    `the deployer ${deployer} has ${coins(balance)} of the chain's currency, and it takes about ${coins(total)}`,
    `Send it ${coins(total - balance)} more, then run this again. Nothing was sent.`,
  );
}

async function deployed(run: Run, plan: Plan): Promise<Shown> {
  const { path, deployer, options } = run;
  const watch = progress(run.say, plan.steps.length);
  const record = path === null ? await unkept(run, watch) : await deployTo(path, deployer, options, watch);
  const lines = [
    `Deployed: ${Object.keys(record.contracts).length} contracts, all powers are the timelock's, compared with the plan.`,
    `directory  ${record.contracts.directory?.address}  (leads to all others)`,
    ...(path === null ? [] : [`record     ${path}`]),
    `Check it from another node: npm run quorate -- verify deployment --rpc URL --deployment ${path ?? 'FILE'}`,
  ];
  return { json: record, text: lines.join('\n'), ok: true };
}

async function unkept({ deployer, provider, options }: Run, watch: Watch): Promise<DeploymentRecord> {
  const journal: Journal = volatileJournal();
  const it = await deploy(deployer, options, journal, watch);
  return { ...it.record, made: await madeOf(provider, await deployer.getAddress(), it, options, journal) };
}

/** A line for each transaction, with the time that is left as the former ones took it. */
function progress(say: (line: string) => void, total: number): Watch {
  const started = performance.now();
  let [done, sent] = [0, 0];
  return (it: Happening) => {
    if (it.is === 'sending') return;
    done += 1;
    if (it.is === 'mined') sent += 1;
    const each = (performance.now() - started) / 1_000 / Math.max(1, sent);
    const what =
      it.is === 'mined' ? `${gasWords(it.gasUsed)} gas${it.created === null ? '' : `, ${it.created}`}` : it.is;
    const left = done === total ? '' : `, about ${duration(Math.max(1, each * (total - done)))} left`;
    say(`[${String(done).padStart(String(total).length)}/${total}] ${it.step}: ${what}${left}`);
  };
}

const SHOWN = 300;

/** Errors of a node show whole transactions, bytecode and all: people get one line. */
async function inOneLine<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Fatal || !(cause instanceof Error)) throw cause;
    const { detail, advice } = said(cause);
    throw new Fatal('CONFIG_INVALID', detail, advice, { cause });
  }
}

const AGAIN = 'When that is mended, run the same again: it goes on where it stopped and sends nothing twice.';

function said(cause: Error): { readonly detail: string; readonly advice: string } {
  if (isError(cause, 'INSUFFICIENT_FUNDS'))
    return { detail: 'the deployer cannot pay the next transaction', advice: `Send it more. ${AGAIN}` };
  const words = 'shortMessage' in cause ? String(cause.shortMessage) : cause.message;
  const line = words.replace(/\s+/g, ' ').replace(/0x[0-9a-fA-F]{200,}/g, '0x…');
  return { detail: line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line, advice: AGAIN };
}
