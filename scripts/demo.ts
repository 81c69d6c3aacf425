/**
 * The whole path on this machine, in about a minute: a DAO votes, five operators' enclaves make a key that no one holds, and sign the
 * Bitcoin spend that a second vote asks for. Compiles what that takes and no more. Writes what happened to out/demo.json,
 * and a bundle for auditors of each fulfilled request to out/bundles.
 */

import { buildDeployed } from './contracts/build.ts';
import { DEMONSTRATED } from './contracts/deployed.ts';
import { compilingNarrator } from './demo/compiling.ts';
import { narrator } from './local/narrate.ts';

const compiling = compilingNarrator((line) => console.log(line));
await buildDeployed(compiling, DEMONSTRATED).finally(compiling.end);
const { walk } = await import('./demo/walk.ts'); // stands on what was compiled
await walk(narrator(console.log, () => performance.now()));
