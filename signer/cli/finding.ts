/** What is known of a proposal before it is made: what is in order, what voters should know, and what would fail. */

export type Finding = { readonly is: 'fine' | 'warning' | 'problem'; readonly words: string };

export const fine = (words: string): Finding => ({ is: 'fine', words });
export const warning = (words: string): Finding => ({ is: 'warning', words });
export const problem = (words: string): Finding => ({ is: 'problem', words });

export function findingLines(findings: readonly Finding[]): string[] {
  const marks = { fine: '  ok       ', warning: '  WARNING  ', problem: '  PROBLEM  ' };
  return findings.map(({ is, words }) => `${marks[is]}${words}`);
}
