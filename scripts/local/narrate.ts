/** Plain words on the terminal, with the time since the start. */

export type Narrator = {
  readonly step: (text: string) => void;
  readonly detail: (text: string) => void;
};

export function narrator(write: (line: string) => void, now: () => number): Narrator {
  const start = now();
  const seconds = () => ((now() - start) / 1000).toFixed(1).padStart(5);
  return {
    step: (text) => write(`${seconds()} s  ${text}`),
    detail: (text) => write(`         ${text}`),
  };
}
