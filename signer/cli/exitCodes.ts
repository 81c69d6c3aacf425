/** What a program of a node ends with, and what a person does about it: docs/exit-codes.md is written from this. */

import type { FatalCode } from '../host/errors.ts';

export const EXIT_CODES: Readonly<Record<number, string>> = {
  0: 'fine; of the host: it was told to stop, and its enclave has ended',
  1: 'not fine, as the output says (`doctor` found something, a host is not ready, a signature or a link of an audit does not hold); or a bug, with a stack',
  2: '`verify evidence`: the file is no evidence of any kind (one that is not there is 64, here as everywhere)',
  64: 'something that a person must mend: the table below. A service manager should not start it again by itself',
  70: 'of the enclave and its TEE: a bug, or one that hangs; the host starts it again',
};

type Mend = { readonly cause: string; readonly cure: string };

export const FATAL_CODES: Readonly<Record<FatalCode, Mend>> = {
  CONFIG_INVALID: {
    cause:
      'a file, a field or an option is missing, unknown or of another form; for commands also: nobody answers where one has to',
    cure: 'what the line says; `quorate init` writes a complete `quorate.json`, `quorate doctor` looks at the rest',
  },
  WRONG_CHAIN: {
    cause: 'the RPC is of another chain than the measured configuration',
    cure: 'put an RPC of the home chain into `chain.rpc`',
  },
  WRONG_DEPLOYMENT: {
    cause: 'store, record or configuration are of different deployments',
    cure: 'use the data directory of this deployment, or an empty one; make the configuration from the record of the DAO with `quorate configuration`',
  },
  SCHEMA_NEWER: {
    cause: 'a newer release has written the store',
    cure: 'run that release, or a later one',
  },
  STORE_DAMAGED: {
    cause: 'the store cannot be opened: another host has it, the disk fails, or it is no store',
    cure: 'stop the other host, or mend the disk; only if the store is lost: `quorate retire`, an empty data directory, `replaceIdentity`',
  },
  STORE_ROLLED_BACK: {
    cause:
      'the enclave seals a state that is not newer than the stored one: an old copy came back, or two hosts ran on it',
    cure: 'stop; run one host on the newest copy, never a copy beside it',
  },
  OTHER_IDENTITY: {
    cause:
      'this enclave is not the one that the operator has registered, or its sealed state cannot be opened; of `init`: an identity is there already',
    cure: 'start with the data directory and the release of that enclave; only if it is lost for good: `quorate retire` and `replaceIdentity`',
  },
  CONFIGURATION_DIFFERS: {
    cause: 'host and enclave have different configurations',
    cure: 'name the same file in `enclave.configurationFile` and on `enclave.command`',
  },
  ENCLAVE_VERSION: {
    cause: 'host and enclave are of different releases',
    cure: 'install both from one release',
  },
  PORT_TAKEN: {
    cause: 'another process listens on a port of this host',
    cure: 'stop it, or choose another port',
  },
};
