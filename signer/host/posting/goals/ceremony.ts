/** How far a ceremony is, as the contract numbers it (docs/storage.md). */

export const CEREMONY = { open: 1, confirmed: 2, done: 3 } as const;
