/** Work that goes on beside what asked for it. */

/** A failure that is not Retryable ends the host; a Retryable one was said where it matters, or concerns only this work. */
export type Spawn = (name: string, work: Promise<void>) => void;
