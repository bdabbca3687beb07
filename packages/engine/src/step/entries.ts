/**
 * A batch of entries through the one way in (docs/spec/engine.md, EN-36 to EN-39): open each with the circle's keys, load the
 * items that they speak of, fold, and store keys, position, items, outbox and acts in one transaction. Live entries, old ones
 * and our own go the same way.
 */
import {
  decodeItem,
  encodeItem,
  foldBatch,
  foldSummary,
  referencesOf,
} from "@halqa/model";
import type { Item, Known, ListEvent } from "@halqa/model";
import {
  assertInvariant,
  decode,
  encode,
  encodeBase64url,
  readOptional,
  readU32,
  writeOptional,
  writeU32,
} from "@halqa/bytes";
import type { RecordRef, Write } from "../ports/store.ts";
import { putCircle } from "./circle-record.ts";
import type { CircleRecord } from "./durable.ts";
import type { Job } from "./job.ts";
import { refKey } from "./job.ts";
import { clearOvercome } from "./gone.ts";
import { lastDayOf } from "./expired-item.ts";
import {
  expiringRefs,
  minuteAt,
  noteExpiring,
  settleExpiry,
} from "./expiry/expiry.ts";
import { dropWithItems } from "./files/file-list.ts";
import { openEntries } from "./open-entries.ts";
import { itemOfRef, itemRef } from "./records.ts";
import { markChanged } from "./search/search-state.ts";
import { tend } from "./tend.ts";
import type { After } from "./job-after.ts";
import type { JobContext, JobStep } from "./job-context.ts";
import type { Loaded, OpenedBatch } from "./job-stage.ts";

type EntriesJob = Extract<Job, { job: "entries" }>;

export function runEntries(
  job: EntriesJob,
  context: JobContext,
  loaded: Loaded,
): JobStep {
  const { stage, circle: id } = job;
  switch (stage.at) {
    case "open":
      return open(job, context);
    case "index": {
      const { opened } = stage;
      const minute = minuteAt(context.env.now);
      const refs = [
        ...itemRefs(id, { opened, index: loaded }),
        ...expiringRefs(id, opened.events, minute),
      ];
      const next = { at: "items" as const, opened, index: loaded, minute };
      return { step: "read", refs, job: { ...job, stage: next } };
    }
    case "items":
      return fold(context, { ...stage, id, items: loaded });
  }
}

function open(job: EntriesJob, context: JobContext): JobStep {
  const { durable } = context.state;
  const record = durable.circles.get(job.circle);
  if (record?.circle === undefined) return nothingDone(context);
  const { circle } = record;
  const opened = openEntries(context, { ...job, record, circle });
  if (opened.events.length === 0)
    return finish(context, { opened, writes: [], after: [] });
  const refs = indexRefs(job.circle, opened.events);
  return {
    step: "read",
    refs,
    job: { ...job, stage: { at: "index", opened } },
  };
}

function nothingDone({ state }: JobContext): JobStep {
  return { step: "done", durable: state.durable, writes: [], after: [] };
}

/** Ids that the events bring, and those that they speak of. */
function indexRefs(
  id: string,
  events: readonly ListEvent[],
): readonly RecordRef[] {
  return events.flatMap((event) => [
    itemOfRef(id, event.id),
    ...referencesIn(event).map((target) => itemOfRef(id, target)),
  ]);
}

function referencesIn(event: ListEvent): readonly Uint8Array[] {
  return event.event === "content" ? referencesOf(event.content) : [];
}

function itemRefs(
  id: string,
  o: { readonly opened: OpenedBatch; readonly index: Loaded },
): readonly RecordRef[] {
  return o.opened.events.flatMap(referencesIn).flatMap((target) => {
    const ordinal = ordinalAt(o.index, itemOfRef(id, target));
    return ordinal === undefined ? [] : [itemRef(id, ordinal)];
  });
}

/** Folds the events over what was loaded. */
function fold(
  context: JobContext,
  o: {
    readonly id: string;
    readonly opened: OpenedBatch;
    readonly index: Loaded;
    readonly items: Loaded;
    readonly minute: number;
  },
): JobStep {
  const { id, opened, minute } = o;
  const { desk } = opened.record;
  const { nextOrdinal } = desk.summary;
  const known = knownFrom(o);
  const folded = foldBatch(known, opened.events, nextOrdinal);
  const all = folded.puts.map((item) => settleExpiry(item, minute));
  const itemsById = new Map(
    all.map((item) => [encodeBase64url(item.id), item]),
  );
  const writes: Write[] = [
    ...all.map((item) => itemWrite(id, item)),
    ...folded.counted.map((counted) =>
      indexWrite(id, counted, itemsById.get(encodeBase64url(counted))),
    ),
  ];
  const own = desk.memberKey;
  const summary = foldSummary(desk.summary, all, { own, minute });
  const search = markChanged(desk.search, all, known.item);
  const kept = dropWithItems(opened.record, all);
  const fresh = all.filter(({ ordinal = 0 }) => ordinal >= nextOrdinal);
  const noted = noteExpiring(
    { ...kept, desk: { ...kept.desk, summary, search } },
    fresh,
    o.items,
  );
  const puts: After = { after: "items", circle: id, puts: all };
  const isNoted = noted.writes.length > 0;
  // EX-4: when the next item goes is reckoned anew.
  const look: After = { after: "expiry", circle: id, minute: undefined };
  return finish(context, {
    opened: { ...opened, record: noted.record },
    writes: [...writes, ...noted.writes],
    after: isNoted ? [puts, look] : [puts],
  });
}

function finish(
  context: JobContext,
  o: {
    readonly opened: OpenedBatch;
    readonly writes: readonly Write[];
    readonly after: readonly After[];
  },
): JobStep {
  const { record: opened } = o.opened;
  const before = context.state.durable.circles.get(opened.id);
  const record = tend(context, clearOvercome(opened, before));
  return {
    step: "done",
    durable: withRecord(context, record),
    writes: o.writes,
    after: [...o.after, ...o.opened.after],
  };
}

export function withRecord(
  { state }: JobContext,
  record: CircleRecord,
): JobContext["state"]["durable"] {
  const { durable } = state;
  return durable.circles.get(record.id) === record
    ? durable
    : putCircle(durable, record);
}

function knownFrom(o: {
  readonly id: string;
  readonly index: Loaded;
  readonly items: Loaded;
}): Known {
  return {
    item: (itemId) => {
      const ordinal = ordinalAt(o.index, itemOfRef(o.id, itemId));
      if (ordinal === undefined) return undefined;
      const bytes = o.items.get(refKey(itemRef(o.id, ordinal)));
      return bytes && readItem(bytes);
    },
    hasCounted: (itemId) =>
      o.index.get(refKey(itemOfRef(o.id, itemId))) !== undefined,
  };
}

/** An item of ours as the store gave it back. */
export function readItem(bytes: Uint8Array): Item {
  const item = decodeItem(bytes);
  assertInvariant(item.ok, "an item of the store is one that a fold made");
  return item.value;
}

export function itemWrite(id: string, item: Item): Write {
  assertInvariant(item.ordinal !== undefined, "stored items have a place");
  const ref = itemRef(id, item.ordinal);
  return { ref, value: encodeItem(item), expires: lastDayOf(item) };
}

/** That an id has counted, with the place of its item. */
export function indexWrite(
  id: string,
  counted: Uint8Array,
  item: Item | undefined,
): Write {
  const value = encode((w) => writeOptional(w, item?.ordinal, writeU32));
  return { ref: itemOfRef(id, counted), value };
}

export function ordinalAt(index: Loaded, ref: RecordRef): number | undefined {
  const bytes = index.get(refKey(ref));
  if (bytes === undefined) return undefined;
  const read = decode(bytes, (r) => readOptional(r, readU32));
  assertInvariant(read.ok, "an index of the store was written here");
  return read.value;
}
