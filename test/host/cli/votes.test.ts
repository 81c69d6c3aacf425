/** What members of the DAO are told before and after a vote. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { id as hashOfWords } from 'ethers';
import { addressOf, parseRecord } from '../../../signer/cli/chain/deploymentRecord.ts';
import { requireAddress, requireSomebody } from '../../../signer/cli/chain/sender.ts';
import { DAO_COMMANDS } from '../../../signer/cli/daoCommands.ts';
import { whyNot } from '../../../signer/cli/look/whyKey.ts';
import { regionOf } from '../../../signer/cli/propose/admit.ts';
import { live } from '../../../signer/cli/propose/committeeOptions.ts';
import { ended, untilOf } from '../../../signer/cli/propose/pause.ts';
import { deadlineFindings } from '../../../signer/cli/propose/payload.ts';
import { descriptionOf } from '../../../signer/cli/propose/proposal.ts';
import { overtaken } from '../../../signer/cli/propose/row.ts';
import { countOf, numberOf, secondsOf } from '../../../signer/cli/quantities.ts';
import { titleOf } from '../../../signer/cli/vote/proposals.ts';
import { duration, idOf, pathOf, short } from '../../../signer/cli/words/named.ts';
import { REFUSAL_WORDS, refusalWords } from '../../../signer/cli/words/refusalWords.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { REFUSAL_CODES, refusalKind } from '../../../signer/formats/refusal.ts';
import type { KeyRecord } from '../../../signer/host/chain/view/keys.ts';
import { createLedger } from '../../../signer/host/chain/view/ledger.ts';
import { regionOf as regionOfHost } from '../../../signer/host/config.ts';
import { Fatal } from '../../../signer/host/errors.ts';
import { fulfilled, requested } from '../support/samples.ts';
import { located } from '../support/view.ts';

const RECORD = {
  chainId: '31337',
  contracts: { governor: { address: `0x${'AB'.repeat(20)}`, codeHash: `0x${'cd'.repeat(32)}` } },
};

describe('the record of a deployment', () => {
  it('is taken with addresses in lower case, from block 0 where it does not say from which', () => {
    const record = parseRecord(JSON.stringify(RECORD));
    expect(record).to.include({ chainId: 31_337, firstBlock: 0 });
    expect(addressOf(record, 'governor')).to.equal(`0x${'ab'.repeat(20)}`);
  });

  const wrong: Readonly<Record<string, [value: unknown, says: string]>> = {
    'without a chain': [{ ...RECORD, chainId: undefined }, 'no chainId'],
    'with a chain that is no decimal number': [{ ...RECORD, chainId: '0x1' }, 'its chainId is of another form'],
    'that begins at no block': [{ ...RECORD, firstBlock: -1 }, 'firstBlock'],
    'without contracts': [{ chainId: '1' }, 'contracts is no object'],
    'with a contract that has no address': [
      { ...RECORD, contracts: { token: { address: '0x12' } } },
      'token has no address',
    ],
    'with a contract that has no code hash': [
      { ...RECORD, contracts: { token: { ...RECORD.contracts.governor, codeHash: '0x' } } },
      'token has no codeHash',
    ],
  };
  for (const [how, [value, says]] of Object.entries(wrong))
    it(`is refused ${how}`, () => {
      expect(() => parseRecord(JSON.stringify(value))).to.throw(Fatal, says);
    });

  it('names no contract that only objects have', () => {
    expect(() => addressOf(parseRecord(JSON.stringify(RECORD)), 'constructor')).to.throw(Fatal, 'names no constructor');
  });
});

describe('ids', () => {
  const ids: readonly Hex[] = [`0xabcd${'0'.repeat(60)}`, `0xabce${'0'.repeat(60)}`];
  it('are found by their first characters, as tables show them', () => {
    expect(idOf(ids, '0xABCD', 'request')).to.equal(ids[0]);
    expect(idOf(ids, short(ids[1] ?? ''), 'request')).to.equal(ids[1]);
  });

  it('are never guessed', () => {
    expect(() => idOf(ids, '0xab', 'request')).to.throw(Fatal, 'there is no request');
    expect(() => idOf([...ids, `0xabcd${'1'.repeat(60)}`], '0xabcd', 'request')).to.throw(
      Fatal,
      '2 requests begin with',
    );
  });
});

describe('durations', () => {
  it('are read and said', () => {
    expect(['90', '40min', '12h', '3d'].map(secondsOf)).to.deep.equal([90, 2_400, 43_200, 259_200]);
    expect([0, 59, 3_661, 90_000].map(duration)).to.deep.equal(['0 s', '59 s', '1 h 1 min', '1 d 1 h']);
    expect(() => secondsOf('soon')).to.throw(Fatal, 'no duration');
    expect(() => secondsOf('')).to.throw(Fatal, 'an empty word is no duration');
  });
});

describe('numbers', () => {
  it('are named as they were written', () => {
    expect(() => numberOf('cap', 'abc', 9)).to.throw(Fatal, /^--cap is abc$/);
    expect(() => numberOf('cap', '', 9)).to.throw(Fatal, /^--cap is empty$/);
    expect(() => countOf('BLOCKS', 'abc', 9)).to.throw(Fatal, /^BLOCKS is abc$/);
    expect(countOf('BLOCKS', '9', 9)).to.equal(9);
  });
});

describe('the path of a key', () => {
  it('is 32 bytes, or words', () => {
    expect(pathOf(`0x${'AB'.repeat(32)}`)).to.equal(`0x${'ab'.repeat(32)}`);
    expect(pathOf('treasury/bitcoin')).to.equal(hashOfWords('treasury/bitcoin'));
  });

  for (const text of [
    '0x12',
    '0x',
    `0x${'ab'.repeat(31)}a`,
    `0x${'ab'.repeat(33)}`,
    `0X${'ab'.repeat(32)}`,
    ' 0x12',
    '0xzz',
  ])
    it(`is not guessed from "${text}"`, () => {
      expect(() => pathOf(text)).to.throw(Fatal, 'begins like hex, and is not 32 bytes');
    });

  it('is not empty', () => {
    for (const text of ['', '  ']) expect(() => pathOf(text)).to.throw(Fatal, '--path is empty');
  });
});

describe('an operator', () => {
  it('is somebody', () => {
    expect(() => requireSomebody('operator', `0x${'00'.repeat(20)}`)).to.throw(
      Fatal,
      '--operator is the address of zeroes',
    );
    expect(requireSomebody('operator', `0x${'0A'.repeat(20)}`)).to.equal(`0x${'0a'.repeat(20)}`);
    expect(() => requireAddress('')).to.throw(Fatal, 'an empty word is no address');
  });

  it('is admitted in the region that its host names, or in none', () => {
    for (const region of ['eu-central', `0x${'ab'.repeat(32)}`])
      expect(regionOf(region)).to.equal(regionOfHost(region));
    expect(regionOf(`0x${'AB'.repeat(32)}`)).to.equal(`0x${'ab'.repeat(32)}`);
    expect(() => regionOf('')).to.throw(Fatal, '--region is empty');
    for (const text of [' ', '0x12', ' mars', 'x'.repeat(65)])
      expect(() => regionOf(text), text).to.throw(Fatal, 'is no region');
  });
});

describe('a committee', () => {
  it('has at least as many members as sign, and two', () => {
    expect(live(2, 9)).to.deep.equal([
      { is: 'problem', words: 'there can be no such committee: 9 members sign together, and it has 2' },
    ]);
    for (const few of [0, 1])
      expect(live(5, few)[0]?.words).to.match(/^there can be no such committee: 2 .* not [01]$/);
  });

  it('is told how few stop it', () => {
    expect(live(5, 3)).to.deep.equal([]);
    expect(live(5, 5)[0]?.words).to.match(/^1 of 5 members stop it, fewer than the 5 that sign/);
  });
});

describe('a pause', () => {
  const id: Hex = `0x${'1'.repeat(64)}`;
  const until = (key: number, network = 0) => {
    const ledger = createLedger([]);
    const keys = new Map([[id, { pausedUntil: key } as KeyRecord]]);
    return { keys, network: { ...ledger.network, pausedUntil: network } };
  };
  const timing = { now: 1_000, earliest: 2_000 };

  it('lasts', () => {
    expect(untilOf({ for: '1h' }, 1_000)).to.equal(4_600);
    expect(untilOf({ end: true }, 1_000)).to.equal(0);
    for (const none of ['0', '0w'])
      expect(() => untilOf({ for: none }, 1_000)).to.throw(Fatal, `--for ${none} pauses nothing`);
  });

  it('is ended where there is one', () => {
    expect(ended(until(3_000), id, timing)).to.deep.equal([]);
    expect(ended(until(0, 3_000), null, timing)).to.deep.equal([]);
    expect(ended(until(1_500), id, timing)[0]).to.include({ is: 'warning' });
    for (const over of [0, 1_000]) expect(ended(until(over), id, timing)[0]).to.include({ is: 'problem' });
    expect(ended(until(3_000), null, timing)[0]?.words).to.include('there is no pause of every key to end');
    expect(ended(until(0), `0x${'2'.repeat(64)}`, timing)[0]).to.include({ is: 'problem' });
  });

  it('of every key is told from that of one', () => {
    expect(ended(until(0, 3_000), id, timing)[0]?.words).to.include('--network --end ends');
    expect(ended(until(0), id, timing)[0]?.words).to.not.include('--network');
  });
});

describe('refusals', () => {
  it('have words for every code that members state on chain, and for no other', () => {
    const stated = REFUSAL_CODES.filter((code) => refusalKind(code) !== 'passing');
    expect(Object.keys(REFUSAL_WORDS).sort()).to.deep.equal([...stated].sort());
  });

  it('have words for a code of a later release', () => {
    expect(refusalWords('constructor').means).to.include('does not know');
  });
});

describe('a proposal', () => {
  it('has its title first and its proposer last', () => {
    expect(descriptionOf('Pay', 'More.', '0x12')).to.equal('# Pay\n\nMore.\n\n#proposer=0x12');
    expect(descriptionOf('Pay', '', null)).to.equal('# Pay');
  });

  it('has a title in any language, on one line that it does not leave', () => {
    expect(titleOf('# Admit Zürich 火星\nMore.')).to.equal('Admit Zürich 火星');
    expect(titleOf('# Pay\u001b[2K\r\u202e001')).to.equal('Pay.[2K..001');
    expect(titleOf(`# ${'🚀'.repeat(100)}`)).to.equal('🚀'.repeat(80));
  });

  it('is measured against the time that voting takes', () => {
    const of = (deadline: number) => deadlineFindings(deadline, 100, 1_000)[0];
    expect(of(1_000 + 100 + 2_400)?.is, 'no second is left').to.equal('problem');
    expect(of(1_000 + 100 + 2_401)?.is).to.equal('fine');
    expect(of(1_000 + 100 + 90 * 86_400)?.is).to.equal('fine');
    expect(of(1_000 + 100 + 90 * 86_400 + 1)?.words).to.include('too far');
  });

  it('says how many open requests a row change overtakes', () => {
    const ledger = createLedger(located(requested(1), requested(2), requested(3), fulfilled(3)));
    const [first] = [...ledger.requests.values()];
    expect(overtaken(ledger, first?.keyId ?? '', first?.requester ?? '').words).to.include('overtakes 2 open requests');
    expect(overtaken(ledger, first?.keyId ?? '', '0x00').is).to.equal('fine');
  });
});

describe('a key that hangs', () => {
  const key: KeyRecord = {
    ...{ id: `0x${'1'.repeat(64)}`, scheme: 1, state: 'generating', changedIn: 0, pausedUntil: 0, publicKey: null },
    ...{ epoch: 1, attempt: 1, threshold: 2, members: ['0xaa', '0xbb'], deadline: 2_000, confirmedBy: ['0xaa'] },
  };
  const why = (fields: Partial<KeyRecord>) => whyNot(createLedger([]), { ...key, ...fields }, 1_000);

  it('says why', () => {
    expect(why({ scheme: 4 })).to.include('no enclave of this release makes keys of scheme number 4');
    expect(why({ attempt: 0 })).to.include('no attempt is open');
    expect(why({})).to.include('1 of 2 members have confirmed').and.include('these do not serve: 0xaa, 0xbb');
    expect(why({ members: [], confirmedBy: [], deadline: 900 })).to.include('it ended at');
    expect(why({ state: 'active' })).to.include('only 0 of 2 members serve, 2 have to');
    expect(why({ state: 'active', threshold: 0 })).to.equal(null);
  });
});

describe('the page on the command line', () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  for (const [name, { options }] of Object.entries(DAO_COMMANDS))
    it(`has ${name} with each of its options`, () => {
      expect(page).to.include(`quorate ${name}`);
      for (const option of options) expect(page, option.name).to.include(`\`--${option.name}\``);
    });
});
