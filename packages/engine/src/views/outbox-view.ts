/** What is on its way, as views show it (docs/spec/views.md, VW-7). */
import { encodeBase64url } from "@halqa/bytes";
import { isSignal } from "@halqa/model";
import type { Content, PendingContent, ViewContext } from "@halqa/model";
import { outboxItemId } from "../step/commands/compose.ts";
import type { CircleRecord, OutboxItem } from "../step/durable.ts";
import { entryKey } from "../step/log-run.ts";
import { contentOf, insideOf } from "../step/outbox.ts";
import type { EngineState } from "../step/state.ts";

/** What its person did and the log does not show yet, in the order of the outbox. */
export function pendingOf({
  outbox,
  desk,
  circle,
}: CircleRecord): readonly PendingContent[] {
  return outbox.flatMap((item) => {
    const content = contentOf(item);
    if (content === undefined || !isListContent(content)) return [];
    const author = desk.memberKey;
    const inside = insideOf(circle, { author, content });
    const id = outboxItemId(desk, item);
    return [{ content, id, minute: item.minute, inside }];
  });
}

/** What is passed on is in the list here already. */
function isListContent(content: Content): content is PendingContent["content"] {
  if (content.kind === "unknown" || content.kind === "share") return false;
  return !isSignal(content);
}

/** How far each item of the outbox has come, by item id. */
export function deliveriesOf(
  state: EngineState,
  record: CircleRecord,
): NonNullable<ViewContext["delivery"]> {
  const byId = new Map(
    record.outbox.map((item) => [
      encodeBase64url(outboxItemId(record.desk, item)),
      deliveryOf(state, record, item),
    ]),
  );
  return (id) => byId.get(encodeBase64url(id));
}

function deliveryOf(
  state: EngineState,
  { id }: CircleRecord,
  { sealed, failure }: OutboxItem,
): NonNullable<ReturnType<NonNullable<ViewContext["delivery"]>>> {
  if (failure !== undefined) return { state: "failed", failure };
  const append =
    sealed && state.logs.get(id)?.appends.get(entryKey(sealed.entryId));
  return { state: append?.state === "stored" ? "sent" : "queued" };
}

/** Own items, acts, Welcomes and requests that the relay does not keep yet. */
export function queuedIn(state: EngineState, record: CircleRecord): number {
  const items = record.outbox.filter(
    (item) => deliveryOf(state, record, item).state === "queued",
  );
  const isAsking = record.joining !== undefined && !record.joining.isSent;
  return (
    items.length +
    record.intents.length +
    record.deliveries.length +
    (isAsking ? 1 : 0)
  );
}
