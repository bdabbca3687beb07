/** An application message that MLS opened: whose it is, and whether it may stand here (docs/spec/circle.md, CI-115, CI-190, CI-45, CI-46). */
import { equalBytes } from "@halqa/bytes";
import type { ApplicationEffect } from "../ports/mls.ts";
import { decodeAuthenticatedData } from "./authenticated-data.ts";
import type { Circle, CircleEnv, MemberRef } from "./circle.ts";
import { fromMlsCredential } from "./credential.ts";
import type { EntryOutcome, ReadContent, SkipReason } from "./entry-outcome.ts";
import type { EpochKey } from "./epoch-key.ts";
import { finishEntry } from "./finish-entry.ts";
import { decodeMessage } from "./message-header.ts";
import { standingIn } from "./roles.ts";
import { leavesOf, memberAt, rosterOf } from "./roster.ts";
import { isSignalBytes } from "./signal-bytes.ts";

/** `circle` has the message's key consumed. */
export function readApplication(
  circle: Circle,
  env: CircleEnv,
  o: {
    readonly entryId: Uint8Array;
    readonly key: EpochKey;
    readonly effect: ApplicationEffect;
  },
): EntryOutcome {
  const { effect, key, entryId } = o;
  const author = authorOf(circle, env, effect);
  const content =
    author === undefined
      ? "bad-header"
      : contentOf(circle, { key, effect, author });
  if (author === undefined || typeof content === "string") {
    const read = finishEntry(circle, env, { entryId });
    const reason = typeof content === "string" ? content : "bad-header";
    return { ...read, kind: "skipped", reason, detail: undefined };
  }
  const { authenticatedData } = effect;
  const read = finishEntry(circle, env, {
    entryId,
    witness: { author, authenticatedData },
  });
  // CI-110: devices speak to each other whoever their people are.
  if (!content.mayPost && !isSignalBytes(content.bytes))
    return {
      ...read,
      kind: "skipped",
      reason: "not-a-poster",
      detail: undefined,
      heard: content,
    };
  return { ...read, kind: "content", content };
}

/** Who held the leaf in the message's epoch, under the name that the member has now. */
function authorOf(
  circle: Circle,
  env: CircleEnv,
  { author, sender }: ApplicationEffect,
): MemberRef | undefined {
  const credential = fromMlsCredential(author.credential);
  if (credential === undefined) return undefined;
  const { memberKey } = credential;
  // Nearly always the member still sits there; to look through all leaves for each message would cost too much.
  const now = memberAt(circle, env, sender);
  if (now !== undefined && equalBytes(now.memberKey, memberKey)) return now;
  const roster = rosterOf(env.mls, circle.mls.tree);
  const [device] = leavesOf(roster, memberKey);
  return device && { memberKey, name: device.info.name };
}

function contentOf(
  circle: Circle,
  o: {
    readonly key: EpochKey;
    readonly effect: ApplicationEffect;
    readonly author: MemberRef;
  },
): ReadContent | SkipReason {
  const { key, effect, author } = o;
  const data = decodeAuthenticatedData(effect.authenticatedData);
  const isHere =
    data.ok &&
    data.value.approvals.length === 0 &&
    equalBytes(data.value.logId, circle.log.logId) &&
    equalBytes(data.value.epochTag, key.tag);
  if (!isHere) return "bad-context";
  const message = decodeMessage(effect.data);
  if (!message.ok) return "bad-header";
  const { header, content } = message.value;
  if (header.leaf !== effect.sender || header.epoch !== effect.epoch)
    return "bad-header";
  const { memberKey } = author;
  const standing = standingIn(key.roles, memberKey);
  return {
    messageId: header.messageId,
    author,
    leaf: effect.sender,
    epoch: effect.epoch,
    isCurrent: key.endedAt === undefined,
    minute: header.minute,
    counted: header.counted,
    bytes: content,
    ...standing,
  };
}
