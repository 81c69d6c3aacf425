/** What an audit leaves to its auditor. A proof that does not say what it does not prove is read as more than it is. */

import { toHex } from '../formats/hex.ts';
import type { Bundle } from './bundle.ts';
import type { Authorisation } from './links/requireAuthorisation.ts';
import type { Configured } from './links/requireConfiguration.ts';
import { isInRegisters } from './links/requireMeasurements.ts';
import { networkOf } from './network.ts';
import { shownWords, type Trust } from './trust.ts';

export function notProven(
  trust: Trust,
  configured: Configured,
  authorisation: Authorisation,
  bundle: Pick<Bundle, 'measurements'>,
): readonly string[] {
  return [
    ...aboutChain(trust, configured),
    ...aboutContracts(trust, configured, authorisation),
    ...aboutMembers(trust, bundle),
    ...aboutVote(authorisation),
    'that this is the only request with this content, or that its payload has settled on its own chain',
  ];
}

function aboutChain({ checkpoint }: Trust, { finality }: Configured): readonly string[] {
  const network = networkOf(finality);
  const root = toHex(finality.genesisValidatorsRoot);
  const words = [
    `that ${toHex(checkpoint)} is a final block of the true chain: the word for it is yours. From whoever made the bundle, or from a file beside it such as the demo's, it proves nothing`,
    'that no two thirds of a sync committee have lied: they are not punished for it',
  ];
  if (network === null)
    return [
      ...words,
      `that the beacon chain of genesis root ${root} is a public one: it is none that this release knows. Everybody has the keys of a development beacon, so what it signs proves nothing to anybody else`,
    ];
  if (network.isSame) return words;
  return [...words, `that the configuration's forks are those of ${network.name}: this release knows others`];
}

function aboutContracts(
  { deployment, configuration: expected }: Trust,
  { configuration }: Configured,
  { unrecorded }: Authorisation,
): readonly string[] {
  const whose =
    deployment === null && expected === null
      ? [
          `that the contracts are this DAO's: compare configuration ${toHex(configuration.hash)} with what the DAO publishes, or name its record (--deployment) or that hash (--configuration-hash)`,
        ]
      : [];
  const codes = unrecorded.map((one) => `what ${shownWords(one)} is: compare both with what you know`);
  return [...whose, ...codes];
}

function aboutMembers(
  { configuration: expected }: Trust,
  { measurements }: Pick<Bundle, 'measurements'>,
): readonly string[] {
  const which =
    expected === null
      ? 'this configuration: name the one that you know (--configuration-hash), build'
      : 'the configuration that you have named: build';
  const inRegisters = measurements.some(isInRegisters)
    ? [
        `that the registers of the measured images hold ${which} the image and compute them (\`quorate verify measurement\`)`,
      ]
    : [];
  return [
    ...inRegisters,
    'which members signed, and when: a signature of a threshold names nobody. Committee, registrations and measurements are as they are at the block; the key may have been moved to them since',
    'that an image is built from the source that its vote named, and that its TEE keeps its promises: rebuild the source, and check the evidence (`quorate verify evidence`)',
  ];
}

function aboutVote({ row, operation, hasMandate, proposal }: Authorisation): readonly string[] {
  const words: string[] = [];
  if (operation === null)
    words.push(
      'how the requester decided: the core let it ask, which is what the row allowed and its guard did not refuse',
    );
  if (row.isChanged) words.push('which row the request was asked under: it has been changed since');
  if (operation !== null)
    words.push(
      'that only the governor can propose to the timelock, and that only the timelock rules the contracts: roles are not read here (`quorate roles`)',
    );
  if (operation !== null && proposal === null) words.push('who decided the operation: no proposal is shown');
  if (proposal !== null) words.push('who voted: the governor keeps sums');
  if (hasMandate) words.push('that this very request has filled the mandate: nothing on chain keeps that');
  return words;
}
