/**
 * Reading the log, entry by entry: the one way in for everything that a circle receives, our own entries included
 * (docs/spec/circle.md, CI-40 to CI-50). Here bytes are sorted and authenticated; what the content says is judged elsewhere.
 */
import { equalBytes } from "@halqa/bytes";
import { openEnvelope, sha256 } from "@halqa/crypto";
import { entryIdOf } from "@halqa/protocol";
import type { Outcome } from "../ports/mls.ts";
import { isPaused } from "./circle.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { advanceLog } from "./circle-log.ts";
import type { EntryOutcome, SkipReason } from "./entry-outcome.ts";
import { groupEnvOf } from "./group-env.ts";
import type { EpochKey } from "./epoch-key.ts";
import { finishEntry } from "./finish-entry.ts";
import { decodeFragment, isFragment } from "./fragment-frame.ts";
import { takeFragment } from "./fragments.ts";
import type { PendingAct } from "./pending-act.ts";
import { readApplication } from "./read-application.ts";
import { readCommit } from "./read-commit.ts";
import { readProposal } from "./read-proposal.ts";
import { standingIn } from "./roles.ts";
import { memberAt } from "./roster.ts";

export interface LogEntry {
  readonly logId: Uint8Array;
  readonly seq: number;
  readonly body: Uint8Array;
  /** All acts of ours that were made in the current epoch. */
  readonly pendings: readonly PendingAct[];
}

/** What comes of an entry. Total: there are no bytes for which it throws. */
export function readEntry(
  circle: Circle,
  env: CircleEnv,
  entry: LogEntry,
): EntryOutcome {
  if (isPaused(circle)) return { kind: "paused" };
  const misplaced = placeOf(circle, entry);
  if (misplaced !== undefined)
    return { kind: "out-of-order", reason: misplaced };
  const entryId = entryIdOf(sha256, entry.body);
  // The position is behind us whatever the entry holds.
  const at = { ...circle, log: advanceLog(circle.log, entryId) };
  // CI-108: what closed the circle was its last entry.
  if (circle.info.isClosed) return skip(at, env, { entryId, reason: "closed" });
  const opened = openEntry(at, env, entry.body);
  if (typeof opened === "string")
    return skip(at, env, { entryId, reason: opened });
  if (isFragment(opened.message))
    return readFragment(at, env, { ...opened, ...entry, entryId });
  return readMessage(at, env, { ...opened, ...entry, entryId });
}

/** An MLS message, whatever entries it came in. */
function readMessage(
  circle: Circle,
  env: CircleEnv,
  o: InEntry & { readonly entryId: Uint8Array },
): EntryOutcome {
  const outcome = processOpened(circle, env, o);
  return conclude(circle, env, { ...o, outcome });
}

/** CI-140: a commit that came whole counts where its last part stands, as one that stood there in one entry. */
function readFragment(
  circle: Circle,
  env: CircleEnv,
  o: InEntry & { readonly entryId: Uint8Array },
): EntryOutcome {
  const { entryId, message: bytes } = o;
  const frame = decodeFragment(bytes);
  const taken = frame.ok
    ? takeFragment(circle, env, { frame: frame.value, entryId })
    : undefined;
  if (taken === undefined || taken.took === "nothing")
    return skip(circle, env, { entryId, reason: "stray-fragment" });
  const after = { ...circle, fragments: taken.fragments };
  if (taken.took === "part")
    return { ...finishEntry(after, env, { entryId }), kind: "fragment" };
  const { message } = taken;
  return message !== undefined && isCommitHere(circle, env, message)
    ? readMessage(after, env, { ...o, message })
    : skip(after, env, { entryId, reason: "misplaced" });
}

function isCommitHere(
  circle: Circle,
  env: CircleEnv,
  bytes: Uint8Array,
): boolean {
  const decoded = env.mls.decodeMlsMessage(bytes);
  if (!decoded.ok || decoded.value.kind !== "private") return false;
  const { contentType, epoch, groupId } = decoded.value.message;
  const { context } = circle.mls;
  return (
    contentType === "commit" &&
    epoch === context.epoch &&
    equalBytes(groupId, context.groupId)
  );
}

function placeOf(
  { log }: Circle,
  entry: LogEntry,
): "other-log" | "seen" | "gap" | undefined {
  if (!equalBytes(entry.logId, log.logId)) return "other-log";
  if (entry.seq <= log.seq) return "seen";
  return entry.seq > log.seq + 1 ? "gap" : undefined;
}

interface OpenedEntry {
  readonly message: Uint8Array;
  readonly key: EpochKey;
}

/** The message inside, if it is one of this group, in the epoch whose key opened the envelope. */
function openEntry(
  circle: Circle,
  env: CircleEnv,
  body: Uint8Array,
): OpenedEntry | SkipReason {
  const opened = openEnvelope({
    keys: circle.epochKeys.map(({ envelopeKey }) => envelopeKey),
    logId: circle.log.logId,
    body,
  });
  if (!opened.ok) return "not-opened";
  const { message, keyIndex } = opened.value;
  const key = circle.epochKeys[keyIndex];
  if (key !== undefined && isFragment(message))
    return key.endedAt === undefined ? { message, key } : "late-handshake";
  const decoded = env.mls.decodeMlsMessage(message);
  if (!decoded.ok || decoded.value.kind !== "private" || key === undefined)
    return "misplaced";
  const inner = decoded.value.message;
  const isHere =
    inner.epoch === key.epoch &&
    equalBytes(inner.groupId, circle.mls.context.groupId);
  if (!isHere) return "misplaced";
  const isLate = key.endedAt !== undefined;
  return isLate && inner.contentType !== "application"
    ? "late-handshake"
    : { message, key };
}

type InEntry = OpenedEntry & LogEntry;

function processOpened(circle: Circle, env: CircleEnv, o: InEntry): Outcome {
  return env.mls.processMessage(circle.mls, groupEnvOf(circle, env), {
    message: o.message,
    pending: o.pendings.map(({ commit }) => commit),
  });
}

type JudgedEntry = InEntry & {
  readonly entryId: Uint8Array;
  readonly outcome: Outcome;
};

function conclude(
  circle: Circle,
  env: CircleEnv,
  o: JudgedEntry,
): EntryOutcome {
  const { outcome, entryId } = o;
  switch (outcome.kind) {
    case "applied":
      return concludeApplied(circle, env, { ...o, outcome });
    case "ignored": {
      if (outcome.reason !== "own-message")
        return skip(circle, env, { entryId, reason: "misplaced" });
      const after = { ...circle, mls: outcome.state };
      const { memberKey } = circle;
      const { roles } = o.key;
      return {
        ...finishEntry(after, env, { entryId }),
        kind: "own-message",
        standing: {
          ...standingIn(roles, memberKey),
          isCurrent: o.key.endedAt === undefined,
          epoch: o.key.epoch,
        },
      };
    }
    case "refused": {
      const { code, detail } = outcome.reason;
      const after = { ...circle, mls: outcome.state };
      if (code === "consumed")
        return skip(after, env, { entryId, reason: "consumed" });
      return skip(after, env, {
        entryId,
        reason: "refused",
        detail: detail === undefined ? code : `${code}: ${detail}`,
      });
    }
    case "halted": {
      const { reason, committer } = outcome;
      return {
        kind: "halted",
        reason,
        committer: memberAt(circle, env, committer),
      };
    }
    case "removed":
      break;
  }
  return { kind: "removed", by: memberAt(circle, env, outcome.committer) };
}

function concludeApplied(
  circle: Circle,
  env: CircleEnv,
  o: JudgedEntry & {
    readonly outcome: Extract<Outcome, { readonly kind: "applied" }>;
  },
): EntryOutcome {
  const { state, effect } = o.outcome;
  switch (effect.kind) {
    case "application":
      return readApplication({ ...circle, mls: state }, env, { ...o, effect });
    case "commit":
      return readCommit(circle, env, { ...o, state, effect });
    case "proposal":
      break;
  }
  return readProposal({ ...circle, mls: state }, env, { ...o, effect });
}

function skip(
  circle: Circle,
  env: CircleEnv,
  o: {
    readonly entryId: Uint8Array;
    readonly reason: SkipReason;
    readonly detail?: string;
  },
): EntryOutcome {
  return {
    ...finishEntry(circle, env, { entryId: o.entryId }),
    kind: "skipped",
    reason: o.reason,
    detail: o.detail,
  };
}
