/** docs/formats.md against the contracts' constants; their behaviour is held to it by the preimages in `support/`. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { id, TypedDataEncoder } from 'ethers';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const PAGE = read('docs/formats.md');

const pageTags = new Map(
  [...PAGE.matchAll(/^\| (\w+) \| `(quorate\/[^`]+)` \|/gm)].map(([, name, text]) => [name, text]),
);
const solidityTags = new Map(
  [...read('contracts/types/Tags.sol').matchAll(/bytes32 constant (\w+) = keccak256\("([^"]+)"\)/g)].map(
    ([, name, text]) => [name, text],
  ),
);
/** Tags of what no contract hashes. */
const OFF_CHAIN = ['BOOT_TAG', 'CONFIGURATION_TAG', 'SESSION_TAG', 'MESSAGE_TAG', 'ENVELOPE_INFO'];

describe('docs/formats.md', () => {
  it('lists the tags that contracts use, each with its string', () => {
    for (const [name, text] of solidityTags) expect(pageTags.get(name), name).to.equal(text);
  });

  it('lists no tag that neither contracts nor signer use', () => {
    const known = new Set([...solidityTags.keys(), ...OFF_CHAIN]);
    for (const name of pageTags.keys()) expect(known.has(name), name).to.equal(true);
  });

  const sources = [
    'contracts/attestation/Registrations.sol',
    'contracts/keys/KeyCeremonies.sol',
    'contracts/requests/modules/Refusals.sol',
  ];
  const signed = new Map([...PAGE.matchAll(/^(\w+)\(([^)]*)\)$/gm)].map(([type, name]) => [name!, type]));

  it('lists the EIP-712 types that contracts verify', () => {
    expect(signed.size).to.be.at.least(4);
    const code = sources.flatMap((path) => {
      const joined = read(path).replace(/"\s+"/g, ''); // a literal may go on in the next line
      return [...joined.matchAll(/"(\w+\([^"]*\))"/g)].flatMap(([, type]) => type!.match(/\w+\([^)]*\)/g) ?? []);
    });
    for (const [name, type] of signed) expect(code, name).to.include(type);
  });

  it('encodes a type as EIP-712 says', () => {
    const type = signed.get('Boot')!;
    const fields = type
      .slice(5, -1)
      .split(',')
      .map((field) => ({ type: field.split(' ')[0]!, name: field.split(' ')[1]! }));
    expect(id(TypedDataEncoder.from({ Boot: fields }).encodeType('Boot'))).to.equal(id(type));
  });

  const numbered = (title: string) =>
    [...PAGE.match(new RegExp(`\\*\\*${title}\\*\\*: ([^*]*?)\\.\\s`))![1]!.matchAll(/(\d+) ([\w-]+)/g)].map(
      ([, number, name]) => [Number(number), name!.replaceAll('-', '')],
    );

  it('numbers schemes as the contracts do', () => {
    const members = read('contracts/keys/KeyTypes.sol')
      .match(/enum Scheme \{([^}]*)\}/)![1]!
      .match(/\w+/g)!;
    const expected = members.map((member, number) => [number, member.toLowerCase()]);
    expect(numbered('Schemes')).to.deep.equal(expected.slice(1));
  });

  for (const [title, library] of [
    ['Payload kinds', 'PayloadKinds'],
    ['Effect kinds', 'EffectKinds'],
  ] as const)
    it(`numbers ${title.toLowerCase()} as the contracts do`, () => {
      const body = read('contracts/types/Kinds.sol').match(new RegExp(`library ${library} \\{(.*?)\\n\\}`, 's'))![1]!;
      const expected = [...body.matchAll(/uint8 internal constant (\w+) = (\d+);/g)].map(([, name, number]) => [
        Number(number),
        name!.toLowerCase().replaceAll('_', ''),
      ]);
      expect(expected.length).to.be.at.least(3);
      expect(numbered(title)).to.deep.equal(expected);
    });
});
