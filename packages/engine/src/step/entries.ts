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
import { openEntries } from "./open-entries.ts";
import { itemOfRef, itemRef } from "./records.ts";
import { tend } from "./tend.ts";
import type { After } from "./job-after.ts";
import type { JobContext, JobStep } from "./job-context.ts";
import type { Loaded, OpenedBatch } from "./job-stage.ts";

type EntriesJob = Extract<Job, { job: "entries" }>;

const MINUTE_MS = 60_000;

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
      const refs = itemRefs(id, { opened, index: loaded });
      const next = { at: "items" as const, opened, index: loaded };
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
  },
): JobStep {
  const { id, opened } = o;
  const { desk } = opened.record;
  const { nextOrdinal } = desk.summary;
  const folded = foldBatch(knownFrom(o), opened.events, nextOrdinal);
  const itemsById = new Map(
    folded.puts.map((item) => [encodeBase64url(item.id), item]),
  );
  const writes: Write[] = [
    ...folded.puts.map((item) => itemWrite(id, item)),
    ...folded.counted.map((counted) =>
      indexWrite(id, counted, itemsById.get(encodeBase64url(counted))),
    ),
  ];
  const own = desk.memberKey;
  const minute = Math.floor(context.env.now / MINUTE_MS);
  const summary = foldSummary(desk.summary, folded.puts, { own, minute });
  const record = { ...opened.record, desk: { ...desk, summary } };
  const puts: After = { after: "items", circle: id, puts: folded.puts };
  return finish(context, {
    opened: { ...opened, record },
    writes,
    after: [puts],
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
  const record = tend(context, o.opened.record);
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
  return { ref: itemRef(id, item.ordinal), value: encodeItem(item) };
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
