/** What of presence and of the sent messages changed, as writes (docs/spec/engine.md, EN-11). */
import { equalBytes } from "@halqa/bytes";
import type { RecordRef, Write } from "../../ports/store.ts";
import type { CircleRecord } from "../durable.ts";
import { circleRef, leafPageRef, sentItemRef } from "../records.ts";
import { none } from "../none.ts";
import type { Presence } from "./presence.ts";
import {
  encodeGaps,
  encodeLeafPage,
  encodeMeta,
  encodeSentItem,
  encodeSentList,
} from "./stored-presence.ts";

interface Change {
  readonly old: CircleRecord | undefined;
  readonly record: CircleRecord;
  readonly writes: Write[];
}

export function writePresence(change: Change): void {
  const { old, record } = change;
  if (record.presence !== old?.presence) {
    writeMeta(change);
    writePages(change);
    writeGaps(change);
  }
  if (record.sent !== (old?.sent ?? none)) writeSent(change);
}

function pagesOf(record: CircleRecord | undefined): Presence["pages"] {
  return record?.presence?.pages ?? none;
}

function writeMeta({ old, record, writes }: Change): void {
  const { presence } = record;
  const pages = pagesOf(record).length;
  const isSame =
    presence?.meta === old?.presence?.meta && pages === pagesOf(old).length;
  if (isSame) return;
  writes.push({
    ref: circleRef("presence", record.id),
    value: presence && encodeMeta(presence.meta, pages),
  });
}

function writePages({ old, record, writes }: Change): void {
  const { id } = record;
  const [pages, before] = [pagesOf(record), pagesOf(old)];
  for (const [at, page] of pages.entries()) {
    if (page !== before[at])
      writes.push({ ref: leafPageRef(id, at), value: encodeLeafPage(page) });
  }
  for (let at = pages.length; at < before.length; at++)
    writes.push({ ref: leafPageRef(id, at), value: undefined });
}

function writeGaps({ old, record, writes }: Change): void {
  const gaps = record.presence?.gaps ?? none;
  if (gaps === (old?.presence?.gaps ?? none)) return;
  writes.push({
    ref: circleRef("gaps", record.id),
    value: gaps.length === 0 ? undefined : encodeGaps(gaps),
  });
}

function writeSent({ old, record, writes }: Change): void {
  const { id, sent } = record;
  const before = old?.sent ?? none;
  writes.push({
    ref: circleRef("sent", id),
    value: sent.length === 0 ? undefined : encodeSentList(sent),
  });
  for (const one of sent) {
    if (!isIn(before, one))
      writes.push({
        ref: sentItemRef(id, one.messageId),
        value: encodeSentItem(one),
      });
  }
  for (const one of before) {
    if (!isIn(sent, one))
      writes.push({ ref: sentItemRef(id, one.messageId), value: undefined });
  }
}

function isIn(
  list: CircleRecord["sent"],
  { messageId }: CircleRecord["sent"][number],
): boolean {
  return list.some((one) => equalBytes(one.messageId, messageId));
}

/** All records of a circle that is forgotten, beside those of which there is one. */
export function presenceRefs({
  id,
  presence,
  sent,
}: CircleRecord): readonly RecordRef[] {
  return [
    ...(presence?.pages ?? none).map((_, at) => leafPageRef(id, at)),
    ...sent.map(({ messageId }) => sentItemRef(id, messageId)),
  ];
}
