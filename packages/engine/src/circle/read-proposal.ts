/** A proposal that V accepted and that waits for a steward's commit (docs/spec/circle.md, CI-73). */
import type { ProposalEffect } from "../ports/mls.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import type { EntryOutcome } from "./entry-outcome.ts";
import { finishEntry } from "./finish-entry.ts";
import { memberAt } from "./roster.ts";

/** `circle` has the proposal in its cache. */
export function readProposal(
  circle: Circle,
  env: CircleEnv,
  o: { readonly entryId: Uint8Array; readonly effect: ProposalEffect },
): EntryOutcome {
  const { effect, entryId } = o;
  const sender = memberAt(circle, env, effect.sender);
  if (sender === undefined) {
    const read = finishEntry(circle, env, { entryId });
    return {
      ...read,
      kind: "skipped",
      reason: "bad-header",
      detail: undefined,
    };
  }
  const { authenticatedData } = effect;
  const witness = { author: sender, authenticatedData };
  const read = finishEntry(circle, env, { entryId, witness });
  return { ...read, kind: "proposal", sender };
}
