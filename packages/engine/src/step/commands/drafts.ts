/** Files that a message takes along (docs/spec/files.md, FI-16). */
import { sha256 } from "@halqa/crypto";
import { itemIdOf, MAX_ATTACHMENTS } from "@halqa/model";
import type { Attachment, Content } from "@halqa/model";
import type { CommandFault } from "../../views/command.ts";
import type { CircleRecord, OutboxItem } from "../durable.ts";
import { findFile, withFile } from "../files/file-list.ts";
import type { JobContext } from "../job-context.ts";

/** The attachments that a message takes along, in its order. */
export function draftsOf(
  record: CircleRecord,
  ids: readonly string[] = [],
): readonly Attachment[] | CommandFault {
  if (ids.length > MAX_ATTACHMENTS) return "bad-number";
  if (new Set(ids).size < ids.length) return "unknown-file";
  const attachments = ids.flatMap((id) => {
    const purpose = findFile(record, id)?.purpose;
    return purpose?.for === "draft" ? [purpose.attachment] : [];
  });
  return attachments.length < ids.length ? "unknown-file" : attachments;
}

/** FI-16: the files go with the message, which waits for them. */
export function sendDrafts(
  { env }: JobContext,
  record: CircleRecord,
  o: {
    readonly ids: readonly string[] | undefined;
    readonly item: OutboxItem;
    readonly content: Content;
  },
): CircleRecord {
  const { circle } = record;
  if (circle === undefined) return record;
  const lifetime = o.content.kind === "text" ? o.content.lifetime : undefined;
  const expires = lifetime === undefined ? undefined : o.item.minute + lifetime;
  const item = itemIdOf(sha256, circle.memberKey, o.item.messageId);
  return (o.ids ?? []).reduce(
    (next, id, index) =>
      withFile(next, id, {
        purpose: { for: "attachment", item, index, expires },
        upload: { done: 0, at: env.now },
        usedAt: env.now,
      }),
    record,
  );
}
