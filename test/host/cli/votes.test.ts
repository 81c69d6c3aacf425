/** What members of the DAO are told before and after a vote. */

import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { addressOf, parseRecord } from '../../../signer/cli/chain/deploymentRecord.ts';
import { DAO_COMMANDS } from '../../../signer/cli/daoCommands.ts';
import { whyNot } from '../../../signer/cli/look/whyKey.ts';
import { deadlineFindings } from '../../../signer/cli/propose/payload.ts';
import { descriptionOf } from '../../../signer/cli/propose/proposal.ts';
import { overtaken } from '../../../signer/cli/propose/row.ts';
import { secondsOf } from '../../../signer/cli/quantities.ts';
import { duration, idOf, short } from '../../../signer/cli/words/named.ts';
import { REFUSAL_WORDS, refusalWords } from '../../../signer/cli/words/refusalWords.ts';
import type { Hex } from '../../../signer/formats/hex.ts';
import { REFUSAL_CODES, refusalKind } from '../../../signer/formats/refusal.ts';
import type { KeyRecord } from '../../../signer/host/chain/view/keys.ts';
import { createLedger } from '../../../signer/host/chain/view/ledger.ts';
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
