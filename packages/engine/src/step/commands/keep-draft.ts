/** Keeping what a person has begun to write (docs/spec/app.md, AP-40). */
import { encodeUtf8, equalBytes } from "@halqa/bytes";
import type { Draft } from "../draft.ts";
import { MAX_DRAFT_BYTES, MAX_DRAFT_NAMES } from "../limits.ts";
import { accept, recordOf, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import { parseId } from "./compose.ts";
import { parseKey } from "./mentions.ts";
import type { JobContext } from "../job-context.ts";

/** Replaces the circle's draft; one without words and without an item to answer is none. */
export function keepDraft(
  context: JobContext,
  command: CommandOf<"keep-draft">,
): CommandOutcome {
  const record = recordOf(context, command.circle);
  if (record === undefined) return refuse("unknown-circle");
  const draft = draftOf(command);
  if (draft === "bad-text") return refuse(draft);
  const isSame = isSameDraft(record.draft, draft);
  return accept(context, isSame ? undefined : { ...record, draft });
}

function draftOf({
  text,
  replyTo,
  named = [],
}: CommandOf<"keep-draft">): Draft | "bad-text" | undefined {
  // A lone surrogate has no bytes: it is kept as what those who read it would see.
  const whole = text.replaceAll(/\p{Surrogate}/gu, "\u{fffd}");
  if (encodeUtf8(whole).length > MAX_DRAFT_BYTES) return "bad-text";
  const answered = replyTo === undefined ? undefined : parseId(replyTo);
  if (whole.trim() === "" && answered === undefined) return undefined;
  const keys = named.slice(0, MAX_DRAFT_NAMES).flatMap((member) => {
    const key = parseKey(member);
    return key instanceof Uint8Array ? [key] : [];
  });
  return { text: whole, replyTo: answered, named: keys };
}

function isSameDraft(
  one: Draft | undefined,
  other: Draft | undefined,
): boolean {
  if (one === undefined || other === undefined) return one === other;
  const isSameReply =
    one.replyTo === undefined || other.replyTo === undefined
      ? one.replyTo === other.replyTo
      : equalBytes(one.replyTo, other.replyTo);
  return (
    isSameReply &&
    one.text === other.text &&
    one.named.length === other.named.length &&
    one.named.every((key, index) => {
      const theirs = other.named[index];
      return theirs !== undefined && equalBytes(key, theirs);
    })
  );
}
