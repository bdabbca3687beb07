/** What numbers of messages tell to be missing (docs/spec/presence.md, PR-20). */

/** A message that has to be somewhere. */
export interface Missing {
  readonly epoch: bigint;
  readonly number: number;
}
