/** Gas that transactions used, against a committed snapshot: `UPDATE_SNAPSHOTS=1` writes it anew. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { expect } from 'chai';
import type { TransactionResponse } from 'ethers';

/** Signatures and times differ in their zero bytes from run to run: a few hundred gas of calldata. */
const TOLERANCE = 400;

export class Meter {
  readonly used: Record<string, number> = {};
  readonly #path: string;

  constructor(snapshot: string) {
    this.#path = join(import.meta.dirname, '../../snapshots', snapshot);
  }

  async measure(name: string, transaction: Promise<TransactionResponse>): Promise<number> {
    const receipt = await (await transaction).wait();
    const gas = Number(receipt!.gasUsed);
    this.used[name] = gas;
    return gas;
  }

  compare(): void {
    if (env.UPDATE_SNAPSHOTS === '1') writeFileSync(this.#path, `${JSON.stringify(this.used, null, 2)}\n`);
    const snapshot = JSON.parse(readFileSync(this.#path, 'utf8')) as Record<string, number>;
    expect(Object.keys(this.used)).to.deep.equal(Object.keys(snapshot));
    for (const [name, gas] of Object.entries(this.used)) expect(gas, name).to.be.closeTo(snapshot[name]!, TOLERANCE);
  }
}
