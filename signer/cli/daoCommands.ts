/** The DAO's side of the command line: what its members look at, propose and vote on. */

import { askBitcoin, askPayload } from './ask.ts';
import type { Command } from './command.ts';
import { explain } from './explain.ts';
import { limits } from './limits.ts';
import { measurements } from './measurements.ts';
import { proposals } from './proposals.ts';
import { proposeAdmit, proposeMeasurement } from './proposeAdmit.ts';
import { proposeCall } from './proposeCall.ts';
import { proposeCommittee } from './proposeCommittee.ts';
import { proposeFork } from './proposeFork.ts';
import { proposeGuard } from './proposeGuard.ts';
import { proposeKey } from './proposeKey.ts';
import { proposePause } from './proposePause.ts';
import { proposeBitcoin, proposePayload } from './proposePayload.ts';
import { proposePlatforms } from './proposePlatforms.ts';
import { proposeRevoke } from './proposeRevoke.ts';
import { proposeRow } from './proposeRow.ts';
import { request } from './request.ts';
import { roles } from './roles.ts';
import { execute, queue, vote } from './vote.ts';

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
