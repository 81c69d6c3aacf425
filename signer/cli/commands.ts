/** Every command, by its one or two words. */

import { exportRequest } from './audit/exportRequest.ts';
import { verifyRequest } from './audit/verifyRequest.ts';
import { bundle } from './bundle.ts';
import type { Command } from './command.ts';
import { completionOf } from './completion.ts';
import { configuration } from './configuration.ts';
import { DAO_COMMANDS } from './daoCommands.ts';
import { deploy } from './deploy.ts';
import { devnet } from './devnet.ts';
import { devnetDown } from './devnetDown.ts';
import { devnetFund, devnetMine } from './devnetMine.ts';
import { devnetStatus } from './devnetStatus.ts';
import { devnetUp } from './devnetUp.ts';
import { doctor } from './doctor.ts';
import { enclaves } from './enclaves.ts';
import { finalise } from './finalise.ts';
import { init } from './init.ts';
import { keys } from './keys.ts';
import { outlook } from './outlook.ts';
import { payloadBitcoin } from './payloadBitcoin.ts';
import { payloadSolana } from './payloadSolana.ts';
import { requests } from './requests.ts';
import { retire } from './retire.ts';
import { rootKey } from './rootKey.ts';
import { run } from './run.ts';
import { status } from './status.ts';
import { supportBundle } from './supportBundle.ts';
import { verify } from './verify.ts';
import { verifyDeployment } from './verifyDeployment.ts';
import { verifyEvidence } from './verifyEvidence.ts';
import { verifyMeasurement } from './verifyMeasurement.ts';

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
