/** The view of one host: reads on with every step, and says so when it cannot be sure of what it has. */

import type { Request } from '../../../enclave/api.ts';
import type { Hex } from '../../../formats/hex.ts';
import type { BlockRef, ChainEvent } from '../../ports/chain.ts';
import { sleep } from '../../ports/clock.ts';
import type { Problems } from '../../problems.ts';
import type { Settings } from '../../settings.ts';
import { type Checkpoint, Checkpoints, type Final } from '../checkpoints.ts';
import type { Deployment } from '../deployment.ts';
import { Gaps } from '../gaps.ts';
import { type Batch, type Progress, Scan, type ScanPorts } from '../scan.ts';
import { applyEvent, createLedger, type Ledger, type WritableLedger } from './ledger.ts';
import type { View } from './view.ts';

export type ViewSettings = Pick<Settings, 'scan'>;

/** `wake`: there is more to read at once. */
export function createView(
  ports: ScanPorts,
  problems: Problems,
  deployment: Pick<Deployment, 'chainId' | 'genesisHash'>,
  settings: ViewSettings,
  wake: () => void,
): View {
  return new OwnedView(ports, problems, deployment, settings, wake);
}

/** Looks at the head within the patience of somebody who waits for a block. */
const LOOKS = 10;
/** Milliseconds that an RPC may be behind what was read from it before: behind one address there are often several. */
const BEHIND = 60_000;
/** Blocks that were asked for by number. */
const REFS = 64;

class OwnedView implements View {
  readonly #ports: ScanPorts;
  readonly #problems: Problems;
  readonly #wake: () => void;
  readonly #scan: Scan;
  readonly #gaps: Gaps;
  readonly #checkpoints: Checkpoints;
  readonly #refs = new Map<number, BlockRef>();
  #ledger: WritableLedger;
  #hasArrived = false;
  /** the logs spoke of something whose beginning none has shown */
  #isOdd = false;
  #behindSince: number | null = null;
  #observing: Promise<void> | null = null;

  constructor(
    ports: ScanPorts,
    problems: Problems,
    deployment: Pick<Deployment, 'chainId' | 'genesisHash'>,
    { scan }: ViewSettings,
    wake: () => void,
  ) {
    this.#ports = ports;
    this.#problems = problems;
    this.#wake = wake;
    this.#scan = new Scan(ports, deployment, scan);
    this.#gaps = new Gaps(ports.clock, scan);
    this.#checkpoints = new Checkpoints(ports.chain);
    this.#ledger = createLedger(ports.store.events());
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  get head(): BlockRef | null {
    return this.#scan.cursor;
  }

  get isCaughtUp(): boolean {
    return this.#hasArrived && this.#gaps.missing === null;
  }

  /** One at a time: who asks meanwhile gets what is under way. */
  observe(): Promise<void> {
    this.#observing ??= this.#observe().finally(() => {
      this.#observing = null;
    });
    return this.#observing;
  }

  checkpoint(): Checkpoint | null {
    return this.#checkpoints.upTo(this.head);
  }

  pin(final: Final): Promise<void> {
    return this.#checkpoints.take(final);
  }

  unpin(): void {
    this.#checkpoints.clear();
  }

  /** One look: what is not there after it may be a lie. */
  async reach(hash: Hex): Promise<void> {
    const { number } = await this.#checkpoints.find(hash);
    if (number > (this.head?.number ?? -1)) await this.observe();
  }

  async final({ number, hash }: Pick<BlockRef, 'number' | 'hash'>, patience: number): Promise<BlockRef | null> {
    const { clock } = this.#ports;
    const until = clock.now() + patience;
    while ((this.head?.number ?? -1) < number) {
      const left = until - clock.now();
      if (left <= 0) return null;
      await sleep(clock, Math.min(left, Math.ceil(patience / LOOKS)));
      await this.observe();
    }
    const block = await this.#refAt(number);
    return block?.hash === hash ? block : null;
  }

  asked(id: Hex): Request | null {
    const record = this.#ledger.requests.get(id);
    if (record === undefined || record.request !== null) return record?.request ?? null;
    for (const { data } of this.#ports.store.eventsIn(record.askedIn))
      if (data.event === 'SignatureRequested' && data.id === id) return data.request;
    return null;
  }

  timeNow(): number {
    return Math.max(this.head?.timestamp ?? 0, Math.floor(this.#ports.clock.now() / 1_000));
  }

  async #observe(): Promise<void> {
    const head = await this.#ports.chain.finalized();
    if (this.#scan.goBack()) this.#begin();
    const isOneChain = await this.#followChain(head);
    const progress = isOneChain ? await this.#read(head) : 'waits';
    this.#hasArrived ||= progress === 'arrived'; // and counted, or it had thrown
    this.#explain(head, progress, isOneChain);
    this.#measure();
    if (progress === 'more') this.#wake();
  }

  /** False while it is not sure what has left the chain: nothing is read on top of that. */
  async #followChain(head: BlockRef): Promise<boolean> {
    if (await this.#scan.takeBack(head)) this.#rebuild();
    if (await this.#scan.isContinuous(head)) return true;
    if (!(await this.#scan.followReorg())) return false;
    this.#begin();
    return this.#scan.isContinuous(head);
  }

  async #read(head: BlockRef): Promise<Progress> {
    const batch: Batch = { fresh: [], old: [] };
    let next: number | null = null;
    const progress = await this.#keeping(batch, async () => {
      const progress = await this.#scan.readNew(head, batch);
      if (progress === 'arrived' && !this.#gaps.isUncounted) next = await this.#readAgain(head, batch);
      return progress;
    });
    const isReread = next !== null && this.#gaps.done(next);
    if (progress === 'arrived' && (isReread || this.#gaps.isUncounted)) await this.#count();
    return progress;
  }

  async #readAgain(head: BlockRef, batch: Batch): Promise<number | null> {
    const rereading = this.#gaps.plan(head, this.#isOdd, this.#scan.unconfirmed);
    this.#isOdd = false;
    return rereading && this.#scan.readOld(rereading, batch);
  }

  /** What was read is kept, whatever fails after it. */
  async #keeping<T>(batch: Batch, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } finally {
      this.#apply(batch);
    }
  }

  #apply(batch: Batch): void {
    const { fresh, isOther } = this.#scan.keep(batch);
    if (isOther) this.#rebuild();
    else for (const event of fresh) applyEvent(this.#ledger, event);
    if (!fresh.some(({ data }) => isOrphan(this.#ledger, data))) return;
    this.#isOdd = true;
    this.#wake();
  }

  async #count(): Promise<void> {
    if (this.head === null) return;
    const counts = await this.#ports.chain.counts(this.head);
    if (this.#gaps.compare(counts, this.#ledger)) this.#wake();
  }

  /** Anew, from the cursor on. */
  #begin(): void {
    this.#hasArrived = false;
    this.#gaps.rewind();
    this.#rebuild();
  }

  #rebuild(): void {
    this.#refs.clear();
    this.#ledger = createLedger(this.#ports.store.events());
  }

  async #refAt(number: number): Promise<BlockRef | null> {
    const known = [this.head, this.checkpoint()].find((block) => block?.number === number) ?? this.#refs.get(number);
    if (known) return known;
    const block = await this.#ports.chain.blockAt(number);
    if (block === null) return null;
    const [oldest] = this.#refs.keys();
    if (oldest !== undefined && this.#refs.size >= REFS) this.#refs.delete(oldest);
    this.#refs.set(number, block);
    return block;
  }

  #explain(head: BlockRef, progress: Progress, isOneChain: boolean): void {
    const now = this.#ports.clock.now();
    const isBehind = head.number < (this.head?.number ?? 0);
    this.#behindSince = isBehind ? (this.#behindSince ?? now) : null;
    const words = [
      ...(isOneChain ? [] : [otherBlock(this.head, this.#scan.witnesses)]),
      ...(this.#gaps.missing === null ? [] : [missing(this.#gaps.missing)]),
      ...(progress === 'more' ? [`reads old blocks: ${this.head?.number ?? 0} of ${head.number}`] : []),
      ...(now - (this.#behindSince ?? now) >= BEHIND ? [lags(this.head, head)] : []),
    ];
    const [first] = words;
    if (first === undefined) this.#problems.clear('history');
    else this.#problems.set('history', first);
  }

  #measure(): void {
    const { metrics, clock } = this.#ports;
    if (this.head === null) return;
    metrics.set('quorate_head_block', this.head.number);
    metrics.set('quorate_head_age_seconds', Math.max(0, clock.now() / 1_000 - this.head.timestamp));
  }
}

const otherBlock = (read: BlockRef | null, witnesses: string) =>
  `the RPC has another block ${read?.number ?? 0} than the one that was read, ${read?.hash}: nothing is forgotten until that is sure (${witnesses})`;
const missing = (what: string) =>
  `the contracts count ${what} that no log has shown: the RPC leaves out logs, they are read again. Add another RPC to chain.rpc if it stays so`;
const lags = (read: BlockRef | null, head: BlockRef) =>
  `the RPC is behind: block ${read?.number ?? 0} was read, it is at ${head.number}`;

/** About something whose beginning no log has shown. Of what anybody may say of contracts of their own nothing follows. */
function isOrphan({ keys, enclaves, requests }: Ledger, data: ChainEvent): boolean {
  if (data.event === 'RequestRefusedBy' || data.event === 'LateSignatureRecorded') return false;
  if ('keyId' in data) return !keys.has(data.keyId);
  return 'id' in data && requests.get(data.id) === undefined && !enclaves.has(data.id);
}
