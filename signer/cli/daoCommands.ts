/** The DAO's side of the command line: what its members look at, propose and vote on. */

import type { Command } from './command.ts';
import { measurements } from './measurements.ts';
import { proposeBitcoin, proposePayload } from './proposePayload.ts';
import { request } from './request.ts';
import { roles } from './roles.ts';

export const DAO_COMMANDS: Readonly<Record<string, Command>> = {
  request,
  measurements,
  roles,
  'propose payload': proposePayload,
  'propose bitcoin': proposeBitcoin,
};
