/** One sentence about a payload; a warning is one that should make a voter hesitate. */

export type Said = { readonly text: string; readonly isWarning: boolean };

export const word = (text: string): Said => ({ text, isWarning: false });
export const warning = (text: string): Said => ({ text, isWarning: true });
