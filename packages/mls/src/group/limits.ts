/**
 * Bounds of the profile (docs/spec/mls-profile.md, ML-3x). They are part of what every member computes about a message, so
 * members of one group must use the same numbers; none of them depends on a clock or on local history.
 */
export interface Limits {
  /** In one commit: bounds the work that one entry can cause. */
  readonly maxProposals: number;
  /** By reference, per sender and epoch: bounds the cache against a member who floods it. */
  readonly maxCachedPerSender: number;
  /** Members and blanks together: bounds trees, rosters and secret trees. */
  readonly maxLeaves: number;
  /**
   * Handshake messages of one sender in one epoch. Absolute, not relative to what was received, so that the verdict does
   * not depend on which of them reached whom.
   */
  readonly maxHandshakes: number;
  /** How far one application message may advance a ratchet: bounds hashing. */
  readonly maxForward: number;
  /** Keys kept per sender for messages that come out of order: bounds memory and what a thief finds. */
  readonly maxSkipped: number;
  /** Earlier epochs whose late application messages can still be read. */
  readonly pastEpochs: number;
  /** Seconds between notBefore and notAfter of a KeyPackage's leaf. */
  readonly maxLifetime: bigint;
}

const DAY = 86_400n;

export const defaultLimits: Limits = {
  maxProposals: 256,
  maxCachedPerSender: 8,
  maxLeaves: 4096,
  maxHandshakes: 64,
  maxForward: 1024,
  maxSkipped: 256,
  pastEpochs: 3,
  maxLifetime: 100n * DAY,
};

/** Epochs from here on are refused: no honest group gets there, and one near 2^64 would have no next epoch. */
export const MAX_EPOCH = 2n ** 63n;

/** In one commit or Welcome, whatever the policy: each may cost a look-up, and their number must fit 16 bits. */
export const MAX_PSKS = 256;

/** No setting may keep more: the profile promises that older epochs are gone. */
export const MAX_PAST_EPOCHS = 3;
