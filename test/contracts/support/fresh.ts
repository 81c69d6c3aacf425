/** One world per test file, put back as it was after each test. */

import type { SnapshotRestorer } from '@nomicfoundation/hardhat-network-helpers/types';
import type { World } from './chain.ts';

/** Call it inside `describe`; the returned function gives the world that `make` made. */
export function fresh<T extends { readonly it: World }>(make: () => Promise<T>): () => T {
  let made: T;
  let snapshot: SnapshotRestorer;
  before(async () => {
    made = await make();
    snapshot = await made.it.helpers.takeSnapshot();
  });
  afterEach(async () => {
    await snapshot.restore();
  });
  return () => made;
}
