/** The measured configuration of a file that somebody names. */

import { decodeConfig } from '../../finality/configBytes.ts';
import { isRejection } from '../../finality/rejection.ts';
import { type Configuration, parseConfiguration } from '../../formats/configuration.ts';
import { Refused } from '../../formats/refusal.ts';
import { Fatal } from '../../host/errors.ts';

const ADVICE = 'Name the measured one; `quorate configuration` writes it from the record of the deployment.';

/** @throws Fatal CONFIG_INVALID */
export function configurationIn(bytes: Uint8Array): Configuration {
  try {
    return parseConfiguration(bytes);
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    throw new Fatal('CONFIG_INVALID', `the configuration is of no use: ${cause.message}`, ADVICE, { cause });
  }
}

/** Whose signatures make its blocks final. @throws Fatal CONFIG_INVALID */
export function finalityIn({ finality }: Configuration) {
  const found = decodeConfig(finality);
  if (!isRejection(found)) return found;
  const detail = `${found.field}: ${found.found}, expected ${found.expected}`;
  throw new Fatal('CONFIG_INVALID', `the configuration is of no use: ${detail}`, ADVICE);
}
