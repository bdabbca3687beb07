/** Commands that put something into the outbox: messages, reactions, notices, answers (docs/spec/engine.md, EN-40). */
import { decodeBase64url, encodeBase64url, equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import {
  composeMessage,
  composeNotice,
  composeReaction,
  composeRsvp,
  encodeContent,
  ID_BYTES,
  itemIdOf,
} from "@halqa/model";
import type { Content } from "@halqa/model";
import type { Circle } from "../../circle/circle.ts";
import { mayPost } from "../../circle/roles.ts";
import type { CommandFault } from "../../views/command.ts";
import type { CircleRecord, OutboxItem } from "../durable.ts";
import { refKey } from "../job.ts";
import { MAX_OUTBOX, MAX_SEALS } from "../limits.ts";
import { createOutboxItem } from "../outbox.ts";
import { itemOfRef } from "../records.ts";
import { none } from "../writes.ts";
import { accept, recordOf, refuse } from "./answer.ts";
import { dropSentWith } from "../files/file-list.ts";
import { draftsOf, sendDrafts } from "./drafts.ts";
import { withNames } from "./hide-names.ts";
import { parseMentions } from "./mentions.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import type { JobContext } from "../job-context.ts";
import type { Loaded } from "../job-stage.ts";

type Composing = CommandOf<"send" | "react" | "post-notice" | "rsvp">;

/** A content and the item that it is about. */
interface Composed {
  readonly content: Content;
  readonly target: Uint8Array | undefined;
}

export function compose(
  context: JobContext,
  command: Composing,
  loaded: Loaded | undefined,
): CommandOutcome {
  const found = asWriter(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const { record, circle } = found;
  const composed = composeContent(command, { record, circle });
  if (typeof composed === "string") return refuse(composed);
  const { content, target } = composed;
  if (target !== undefined && !isQueued(record, circle, target)) {
    const ref = itemOfRef(record.id, target);
    if (loaded === undefined) return { needs: ref };
    if (loaded.get(refKey(ref)) === undefined) return refuse("unknown-item");
  }
  const item = createOutboxItem(context.env, encodeContent(content));
  const queued = { ...record, outbox: [...record.outbox, item] };
  const ids = command.command === "send" ? command.attachments : undefined;
  const sent = sendDrafts(context, queued, { ids, item, content });
  const isDraft = command.command === "send" && command.fromDraft === true;
  const next = isDraft ? { ...sent, draft: undefined } : sent;
  const id = encodeBase64url(outboxItemId(circle, item));
  return accept(context, next, { kind: "item", id });
}

interface WriterOf {
  readonly record: CircleRecord;
  readonly circle: Circle;
}

export function asWriter(
  context: JobContext,
  id: string,
): WriterOf | CommandFault {
  const record = recordOf(context, id);
  if (record === undefined) return "unknown-circle";
  const { circle, desk, outbox } = record;
  const isIn = desk.place === "in" || desk.place === "founding";
  if (circle === undefined || !isIn) return "not-a-member";
  if (circle.info.isClosed) return "closed";
  if (!mayPost(circle.info, circle.memberKey)) return "read-only";
  return outbox.length < MAX_OUTBOX ? { record, circle } : "outbox-full";
}

function composeContent(
  command: Composing,
  writer: WriterOf,
): Composed | CommandFault {
  switch (command.command) {
    case "send":
      return composeReply(command, writer);
    case "react": {
      const target = parseId(command.target);
      if (target === undefined) return "unknown-item";
      const { emoji } = command;
      const made = composeReaction({ target, emoji });
      return made.ok ? { content: made.value, target } : made.error;
    }
    case "post-notice": {
      const made = composeNotice(command);
      if (!made.ok) return made.error;
      return { content: withNames(made.value, command), target: undefined };
    }
    case "rsvp": {
      const target = parseId(command.notice);
      if (target === undefined) return "unknown-item";
      const { answer } = command;
      return { content: composeRsvp({ notice: target, answer }), target };
    }
  }
}

function composeReply(
  { text, replyTo, mentions, forwarded, attachments: ids }: CommandOf<"send">,
  { record, circle: { info } }: WriterOf,
): Composed | CommandFault {
  const target = replyTo === undefined ? undefined : parseId(replyTo);
  if (replyTo !== undefined && target === undefined) return "unknown-item";
  const attachments = draftsOf(record, ids);
  if (typeof attachments === "string") return attachments;
  const made = composeMessage({
    text,
    attachments,
    replyTo: target,
    mentions: parseMentions(mentions),
    forwarded,
    lifetime: info.settings.disappearing,
  });
  return made.ok ? { content: made.value, target } : made.error;
}

/** An item's id out of its text. */
export function parseId(text: string): Uint8Array | undefined {
  const id = decodeBase64url(text);
  return id.ok && id.value.length === ID_BYTES ? id.value : undefined;
}

function isQueued(
  { outbox }: CircleRecord,
  circle: Circle,
  target: Uint8Array,
): boolean {
  return outbox.some((item) => equalBytes(outboxItemId(circle, item), target));
}

/** The id under which an item will stand in the list. */
export function outboxItemId(
  { memberKey }: Pick<Circle, "memberKey">,
  { messageId }: OutboxItem,
): Uint8Array {
  return itemIdOf(sha256, memberKey, messageId);
}

/** EN-49: what may be with the relay already is not taken back, because the others could read what we forgot. */
export function discardOrRetry(
  context: JobContext,
  command: CommandOf<"discard" | "retry">,
): CommandOutcome {
  const record = recordOf(context, command.circle);
  if (record?.circle === undefined) return refuse("unknown-circle");
  const { circle, outbox } = record;
  const id = parseId(command.id);
  const item =
    id && outbox.find((one) => equalBytes(outboxItemId(circle, one), id));
  if (item === undefined) return refuse("unknown-item");
  const isFailed = item.failure !== undefined;
  if (command.command === "retry") {
    const again = isFailed ? resetItem(item) : item;
    const next = outbox.map((one) => (one === item ? again : one));
    return accept(context, isFailed ? { ...record, outbox: next } : undefined);
  }
  const isFree = item.sealed === undefined && item.earlier.length === 0;
  if (!isFailed && !isFree) return refuse("unknown-item");
  const left = outbox.filter((one) => one !== item);
  return accept(context, {
    ...dropSentWith(record, outboxItemId(circle, item)),
    outbox: left.length === 0 ? none : left,
  });
}

/** It may be sealed again, and the newest of its seals are still known if the log shows one of them. */
function resetItem(item: OutboxItem): OutboxItem {
  const earlier = item.earlier.slice(-Math.floor(MAX_SEALS / 2));
  return { ...item, failure: undefined, earlier };
}
