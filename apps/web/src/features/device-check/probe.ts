// The port of the device check: what can be observed on a device. The app plugs in the real device, tests plug in others.

/** What became of sealing, signing and agreeing on keys, tried in the worker. */
export type LockingOutcome = "works" | "not-loaded" | "wrong-answer";
/** What became of a record that the worker wrote, read back and deleted. */
export type SavingOutcome = "works" | "refused" | "wrong-answer";

export type Observation =
  | {
      readonly kind: "page";
      readonly isSecure: boolean;
      readonly isIsolated: boolean;
    }
  | { readonly kind: "locking"; readonly outcome: LockingOutcome }
  | { readonly kind: "saving"; readonly outcome: SavingOutcome }
  | { readonly kind: "room"; readonly freeBytes: number | undefined }
  | { readonly kind: "lasting"; readonly isPromised: boolean | undefined }
  | {
      readonly kind: "worker-lost";
      readonly because: "not-started" | "no-answer";
    };

/** The part of the observations that the worker makes. */
export type WorkerObservation = Extract<
  Observation,
  { readonly kind: "locking" | "saving" }
>;

/** Starts a run, tells each observation once, and answers with a way to stop, after which it tells nothing. */
export type Probe = (tell: (observation: Observation) => void) => () => void;
