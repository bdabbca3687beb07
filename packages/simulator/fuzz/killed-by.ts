/** Which test notices which planted fault (mutants.ts): tried first, so that a run over all of them takes minutes. */

/** By test, below packages. */
const KILLS: Readonly<Record<string, readonly string[]>> = {
  "engine/src/step/retry.test.ts": ["no-wait-between-tries"],
  "engine/src/circle/policy.test.ts": [
    "anybody-commits",
    "device-left-behind",
    "invite-without-end",
    "path-epoch-not-checked",
    "anybody-removes-by-proposal",
    "add-by-reference",
    "address-not-rotated",
    "policy-version-not-counted",
    "relays-change-freely",
    "steward-outside",
    "certificate-not-checked",
    "context-of-another-log",
  ],
  "engine/src/circle/joining.test.ts": [
    "welcome-by-anybody",
    "any-voice-confirms",
  ],
  "engine/src/circle/read-entry.test.ts": [
    "foreign-author",
    "foreign-context",
    "keys-kept",
    "paused-seals",
    "late-handshake-taken",
  ],
  "engine/src/step/membership.test.ts": ["lost-commit-stays"],
  "engine/src/step/left-out.test.ts": [
    "gap-taken",
    "stuck-page-asked-at-once",
    "head-not-verified",
  ],
  "engine/src/step/outbox.test.ts": ["counts-twice"],
  "engine/src/step/silent-joiner.test.ts": ["joiner-talks-at-once"],
  "model/src/fold-acts.test.ts": [
    "anybody-edits",
    "anybody-deletes",
    "closed-poll-deleted",
    "anybody-hides",
    "late-pin-counts",
  ],
  "engine/src/step/under-way.test.ts": [
    "old-epoch-kept",
    "earlier-seal-forgotten",
    "sealed-without-end",
    "no-limit-under-way",
    "frozen-sends",
    "seals-before-caught-up",
    "expected-head-for-ever",
  ],
  "engine/src/step/store-full.test.ts": [
    "failed-note-forgotten",
    "unbounded-entries",
  ],
  "engine/src/step/forget.test.ts": ["forgotten-window-stays"],
  "engine/src/step/full-log.test.ts": ["full-log-keeps-commit"],
};

/** The test of a fault, if one is known. */
export function testOf(name: string): string | undefined {
  return Object.keys(KILLS).find((test) => KILLS[test]?.includes(name));
}

/** All faults of which a test is known. */
export function namedFaults(): readonly string[] {
  return Object.values(KILLS).flat();
}
