/** The DAO's side of the command line: what its members look at, propose and vote on. */

import type { Command } from './command.ts';
import { askBitcoin, askPayload } from './delegate/ask.ts';
import { limits } from './delegate/limits.ts';
import { measurements } from './look/measurements.ts';
import { request } from './look/request.ts';
import { roles } from './look/roles.ts';
import { proposeAdmit, proposeMeasurement } from './propose/admit.ts';
import { proposeCall } from './propose/call.ts';
import { proposeCommittee } from './propose/committee.ts';
import { proposeFork } from './propose/fork.ts';
import { proposeGuard } from './propose/guard.ts';
import { proposeKey } from './propose/key.ts';
import { proposePause } from './propose/pause.ts';
import { proposeBitcoin, proposePayload } from './propose/payload.ts';
import { proposePlatforms } from './propose/platforms.ts';
import { proposeRevoke } from './propose/revoke.ts';
import { proposeRow } from './propose/row.ts';
import { explain } from './vote/explain.ts';
import { proposals } from './vote/proposals.ts';
import { execute, queue, vote } from './vote/vote.ts';

export const DAO_COMMANDS: Readonly<Record<string, Command>> = {
  request,
  measurements,
  roles,
  proposals,
  limits,
  vote,
  queue,
  execute,
  'propose payload': proposePayload,
  'propose bitcoin': proposeBitcoin,
  'propose key': proposeKey,
  'propose row': proposeRow,
  'propose admit': proposeAdmit,
  'propose measurement': proposeMeasurement,
  'propose platforms': proposePlatforms,
  'propose guard': proposeGuard,
  'propose fork': proposeFork,
  'propose pause': proposePause,
  'propose revoke': proposeRevoke,
  'propose committee': proposeCommittee,
  'propose call': proposeCall,
  'ask payload': askPayload,
  'ask bitcoin': askBitcoin,
  explain,
};
