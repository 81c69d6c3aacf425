/** Settings for a DAO on a chain with a block every twelve seconds: a place to start from, with the reason for each. */

import { BEAT, type DeployOptions, NO_VENDORS } from './options.ts';

const BLOCK = 12;
const DAY = 86_400;
const blocks = (days: number) => (days * DAY) / BLOCK;

export function daoOptions(token: DeployOptions['token'], guardian: string | null): DeployOptions {
  const supply = token.allocations.reduce((sum, { amount }) => sum + amount, 0n);
  return {
    token,
    governor: {
      name: `${token.name} DAO`,
      // time to read, and to delegate or to borrow no longer: votes are counted as of the end of it
      votingDelay: blocks(1),
      // every working day and every time zone, with a weekend in most votes
      votingPeriod: blocks(5),
      // a thousandth: nobody can fill the list of proposals for nothing
      proposalThreshold: supply / 1000n,
      // few DAOs reach a tenth; who can gather this much alone is seen before the vote
      quorumPercent: 4,
      // whoever completes the quorum in the last block leaves the others this long to answer
      lateQuorumExtension: blocks(2),
    },
    // to leave, or to use a guardian, before what has passed takes effect
    timelockDelay: 2 * DAY,
    // one more than two: no pair of friends vouches for new code
    promotionCount: 3,
    // new code runs a week in public before it may hold a share
    minimumCanaryTime: 7 * DAY,
    // longer than a whole vote (1 + 5 + 2 + 2 days): the DAO itself can take another verifier back in time
    trustDelay: 14 * DAY,
    // another committee can take the key: time for two whole votes, and the longest delay of all
    committeeDelay: 21 * DAY,
    // three finalities: a block of Ethereum is final after two epochs of 384 seconds, and a shorter bound would stop an honest network
    minimumBeatBound: 3 * 2 * 384,
    beat: BEAT,
    guardian,
    // delegates are an exception: a DAO that has some names a watcher for them
    settler: null,
    // which vendors' enclaves count is a vote's to say, once there are some
    ...NO_VENDORS,
  };
}
