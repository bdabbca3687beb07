/**
 * A look at an entry that has no place yet (docs/spec/relays-of-a-circle.md, MV-24): chat is shown before it is ordered, and nothing of it counts.
 * No key is used up: the same bytes are read once more when the log shows them, and only then they count.
 */
import { openEnvelope } from "@halqa/crypto";
import { isPaused } from "./circle.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import type { ReadContent } from "./entry-outcome.ts";
import { readEntry } from "./read-entry.ts";

/** What somebody else says in it; undefined where it is nothing of the kind, or cannot be read here. */
export function peekEntry(
  circle: Circle,
  env: CircleEnv,
  body: Uint8Array,
): ReadContent | undefined {
  if (isPaused(circle) || circle.info.isClosed) return undefined;
  const { logId } = circle.log;
  const keys = circle.epochKeys.map(({ envelopeKey }) => envelopeKey);
  // What opens nothing costs this and no more.
  if (!openEnvelope({ keys, logId, body }).ok) return undefined;
  const seq = circle.log.seq + 1;
  const entry = { logId, seq, body, pendings: [] };
  const outcome = readEntry(circle, env, entry);
  return outcome.kind === "content" ? outcome.content : undefined;
}
