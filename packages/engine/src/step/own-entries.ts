/** What an entry of the log does to what of ours is under way (docs/spec/engine.md, EN-47, EN-51): seals that are lost, pieces that were seen. */
import { equalBytes } from "@halqa/bytes";
import type { Circle } from "../circle/circle.ts";
import type { CircleRecord } from "./durable.ts";
import { unplan } from "./intents.ts";
import { distrustSeal, unseal } from "./outbox.ts";

/**
 * EN-47: somebody sealed a message of ours again. What of ours lies behind it may have lost its key to it for the others, so
 * it is sealed anew; who has it already drops the second one.
 */
export function distrustSeals(
  record: CircleRecord,
  circle: Circle,
): CircleRecord {
  const { epoch } = circle.mls.context;
  return {
    ...record,
    outbox: record.outbox.map((item) =>
      item.sealed?.epoch === epoch ? distrustSeal(item) : item,
    ),
  };
}

/** An entry that nobody reads: when it is ours, its item is sealed again, or its acts are planned again. */
export function loseSeal(
  record: CircleRecord,
  entryId: Uint8Array,
): CircleRecord {
  const item = record.outbox.find(
    ({ sealed }) => sealed !== undefined && equalBytes(sealed.entryId, entryId),
  );
  if (item !== undefined)
    return {
      ...record,
      outbox: record.outbox.map((one) => (one === item ? unseal(item) : one)),
    };
  const { planned } = record;
  const isOurs =
    planned !== undefined &&
    [planned.pending, ...planned.before].some((one) =>
      equalBytes(one.entryId, entryId),
    );
  return isOurs ? unplan(record) : record;
}

/** EN-51: a piece of our commit is in the log, and the next one may leave. */
export function seeFragment(
  record: CircleRecord,
  entryId: Uint8Array,
): CircleRecord {
  const { planned } = record;
  if (planned === undefined) return record;
  const before = planned.before.filter(
    (one) => !equalBytes(one.entryId, entryId),
  );
  return before.length === planned.before.length
    ? record
    : { ...record, planned: { ...planned, before } };
}
