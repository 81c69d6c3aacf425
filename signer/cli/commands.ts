/** Every command, by its one or two words. */

import { exportRequest } from './audit/exportRequest.ts';
import { verifyRequest } from './audit/verifyRequest.ts';
import type { Command } from './command.ts';
import { completionOf } from './completion.ts';
import { DAO_COMMANDS } from './daoCommands.ts';
import { deploy } from './deploy.ts';
import { devnet } from './devnet/devnet.ts';
import { devnetDown } from './devnet/down.ts';
import { devnetFund, devnetMine } from './devnet/mine.ts';
import { devnetStatus } from './devnet/status.ts';
import { devnetUp } from './devnet/up.ts';
import { doctor } from './doctor/doctor.ts';
import { finalise } from './finalise/finalise.ts';
import { enclaves } from './look/enclaves.ts';
import { keys } from './look/keys.ts';
import { outlook } from './look/outlook.ts';
import { requests } from './look/requests.ts';
import { bundle } from './operate/bundle.ts';
import { configuration } from './operate/configuration.ts';
import { init } from './operate/init.ts';
import { retire } from './operate/retire.ts';
import { rootKey } from './operate/rootKey.ts';
import { run } from './operate/run.ts';
import { status } from './operate/status.ts';
import { supportBundle } from './operate/supportBundle.ts';
import { payloadBitcoin } from './payload/bitcoin.ts';
import { payloadSolana } from './payload/solana.ts';
import { verifyDeployment } from './verify/deployment.ts';
import { verifyEvidence } from './verify/evidence.ts';
import { verifyMeasurement } from './verify/measurement.ts';
import { verify } from './verify/verify.ts';

export const COMMANDS: Readonly<Record<string, Command>> = {
  ...{ init, doctor, run, status, keys, requests, enclaves, outlook, verify },
  ...{ configuration, bundle, 'root-key': rootKey, retire, 'support-bundle': supportBundle },
  'verify evidence': verifyEvidence,
  'verify measurement': verifyMeasurement,
  'verify deployment': verifyDeployment,
  'verify request': verifyRequest,
  'requests export': exportRequest,
  'payload bitcoin': payloadBitcoin,
  'payload solana': payloadSolana,
  finalise,
  deploy,
  ...DAO_COMMANDS,
  completion: completionOf(() => COMMANDS),
  ...{ devnet, 'devnet up': devnetUp, 'devnet down': devnetDown, 'devnet status': devnetStatus },
  ...{ 'devnet mine': devnetMine, 'devnet fund': devnetFund },
};
