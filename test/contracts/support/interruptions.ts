/** Deployers whose node dies at a transaction, and what a deployment leaves on chain. */

import { AbstractSigner, type Provider, type Signer, type TransactionRequest, type TransactionResponse } from 'ethers';
import { MANAGED, ROLES } from '../../../scripts/deploy/plan.ts';
import type { Deployment } from '../../../scripts/deploy.ts';

/** `lost`: sent and mined, but nobody hears of it. `unsent`: it never left. */
export type Kind = 'lost' | 'unsent';

export class DyingSigner extends AbstractSigner {
  sent = 0;
  readonly #signer: Signer;
  readonly #last: number;
  readonly #kind: Kind;

  /** Dies at transaction `last`, counted from 1. */
  constructor(signer: Signer, last = Number.POSITIVE_INFINITY, kind: Kind = 'unsent') {
    super(signer.provider);
    this.#signer = signer;
    this.#last = last;
    this.#kind = kind;
  }

  getAddress = () => this.#signer.getAddress();
  connect = (_: Provider | null): Signer => this;
  signTransaction = (transaction: TransactionRequest) => this.#signer.signTransaction(transaction);
  signMessage = (message: string) => this.#signer.signMessage(message);
  signTypedData: Signer['signTypedData'] = (...typed) => this.#signer.signTypedData(...typed);

  override async sendTransaction(transaction: TransactionRequest): Promise<TransactionResponse> {
    this.sent += 1;
    const dies = this.sent === this.#last;
    if (dies && this.#kind === 'unsent') throw new Error('the node is gone');
    const response = await this.#signer.sendTransaction(transaction);
    await response.wait();
    if (dies) throw new Error('the node is gone');
    return response;
  }
}

/** Everything that a deployment is to end in. Code hashes say what each contract was constructed with, where that is immutable. */
export async function endState(it: Deployment) {
  const { accessManager, timelock, governor, enclaveRegistry, tdxVerifier } = it;
  const roles: Record<string, string[]> = {};
  for (const { id, label } of await accessManager.roles(0, 100))
    roles[`${id} ${label}`] = (await accessManager.members(id, 0, 100)).map(({ account }) => account).sort();
  const functions = (await accessManager.functionRoles(0, 100)).map((each) => each.join()).sort();
  const ofTimelock: Record<string, string[]> = {};
  for (const event of [timelock.filters.RoleGranted(), timelock.filters.RoleRevoked()])
    for (const { eventName, args } of await timelock.queryFilter(event))
      ofTimelock[eventName] = [...(ofTimelock[eventName] ?? []), `${args.role} ${args.account}`].sort();
  const wiring = [await governor.timelock(), await governor.token()];
  for (const name of MANAGED) wiring.push(await it[name].authority());
  wiring.push(await it.guardianContract.guardian(), `${await it.requestLens.listingOf(it.mandates)}`.split(',')[0]!);
  if (tdxVerifier !== null) wiring.push(await enclaveRegistry.verifierOf(await tdxVerifier.tee()));
  return { contracts: it.record.contracts, roles, functions, ofTimelock, wiring };
}

/** The powers of an account that a deployment plans for the deployer, and those that it does not. */
export async function powersOf(account: string, { accessManager, timelock }: Deployment): Promise<string[]> {
  const found: string[] = [];
  for (const [name, role] of Object.entries(ROLES))
    if ((await accessManager.hasRole(role, account)).isMember) found.push(`accessManager ${name}`);
  for (const role of ['DEFAULT_ADMIN_ROLE', 'PROPOSER_ROLE', 'CANCELLER_ROLE', 'EXECUTOR_ROLE'] as const)
    if (await timelock.hasRole(await timelock[role](), account)) found.push(`timelock ${role}`);
  return found;
}
