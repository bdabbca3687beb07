// What the exit code of `halqa` says to a script (docs/spec/cli.md, CL-2).

export const exitCodes = {
  done: 0,
  /** A bug: please report what stands on standard error. */
  bug: 1,
  /** The words of the call are off. */
  usage: 2,
  /** The engine refused: no such circle, not a steward, bad invite ... */
  refused: 3,
  /** Stored on this device and to be sent by the next call that reaches the relay. */
  notDelivered: 4,
  /** Another process uses the data folder. */
  busy: 5,
  /** The data folder does not open: wrong passphrase, or changed from outside. */
  locked: 6,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
