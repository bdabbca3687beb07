/** Items for what is watched (docs/spec/views.md, VW-6): the newest ones of a circle, and what replies among them speak of. */
import { repliesIn } from "@halqa/model";
import type { Item } from "@halqa/model";
import type { RecordRef } from "../ports/store.ts";
import { readItem } from "./entries.ts";
import { expiredItem } from "./expired-item.ts";
import { refKey } from "./job.ts";
import type { Job, JobDone } from "./job.ts";
import { ERASE_BATCH } from "./limits.ts";
import { itemOfRef, itemRef, searchRef } from "./records.ts";
import { namesOfSegment, segmentOf, startOfSegment } from "@halqa/search";
import type { JobContext, JobStep } from "./job-context.ts";
import type { Loaded } from "./job-stage.ts";

type WindowJob = Extract<Job, { job: "window" }>;

export function runWindow(
  job: WindowJob,
  context: JobContext,
  loaded: Loaded,
): JobStep {
  const { stage, circle } = job;
  switch (stage.at) {
    case "start": {
      const { limit = 0 } = context.state.windows.get(circle) ?? {};
      const record = context.state.durable.circles.get(circle);
      const end = record?.desk.summary.nextOrdinal ?? 0;
      const from = Math.max(0, end - limit);
      const refs = range(from, end).map((ordinal) => itemRef(circle, ordinal));
      return read({ ...job, stage: { at: "items", from } }, refs);
    }
    case "items": {
      const { from } = stage;
      const items = itemsIn(circle, from, loaded);
      const refs = quotedRefs(circle, items, from);
      return read({ ...job, stage: { at: "quoted", from, items } }, refs);
    }
    case "quoted": {
      const { from, items } = stage;
      const quoted = new Map<number, Item>();
      for (const bytes of loaded.values()) {
        const item = bytes && readItem(bytes);
        if (item?.ordinal !== undefined) quoted.set(item.ordinal, item);
      }
      const after = { after: "window", circle, from, items, quoted } as const;
      return { ...nothing(context), after: [after] };
    }
  }
}

function itemsIn(
  circle: string,
  from: number,
  loaded: Loaded,
): readonly Item[] {
  const items: Item[] = [];
  // Asked for in this order, each of them once.
  for (const bytes of loaded.values()) {
    const ordinal = from + items.length;
    const item = bytes && readItem(bytes);
    items.push(item ?? expiredItem(circle, ordinal, items.at(-1)));
  }
  return items;
}

function read(job: WindowJob, refs: readonly RecordRef[]): JobStep {
  return { step: "read", refs, job };
}

function nothing({ state }: JobContext): JobDone {
  return { step: "done", durable: state.durable, writes: [], after: [] };
}

function range(from: number, end: number): readonly number[] {
  return Array.from({ length: end - from }, (_, index) => from + index);
}

function quotedRefs(
  circle: string,
  items: readonly Item[],
  from: number,
): readonly RecordRef[] {
  return repliesIn(items).flatMap(({ ordinal }) =>
    ordinal === undefined || ordinal >= from ? [] : [itemRef(circle, ordinal)],
  );
}

/** The next meeting of a circle, for the list. */
export function runBrief(
  { circle, ordinal }: Extract<Job, { job: "brief" }>,
  context: JobContext,
  loaded: Loaded,
): JobStep {
  const ref = itemRef(circle, ordinal);
  if (!loaded.has(refKey(ref)))
    return {
      step: "read",
      refs: [ref],
      job: { job: "brief", circle, ordinal },
    };
  const bytes = loaded.get(refKey(ref));
  const item = bytes && readItem(bytes);
  const after = { after: "brief", circle, ordinal, item } as const;
  return { ...nothing(context), after: [after] };
}

/** EN-15: the items of a forgotten circle, a batch at a time, the newest first. */
export function runErase(
  job: Extract<Job, { job: "erase" }>,
  context: JobContext,
  loaded: Loaded,
): JobStep {
  const { durable } = context.state;
  const [first, ...rest] = durable.root.erasing;
  if (first === undefined) return nothing(context);
  const { circle, items } = first;
  const from = Math.max(0, items - ERASE_BATCH);
  const refs = range(from, items).map((ordinal) => itemRef(circle, ordinal));
  if (job.stage === "start")
    return { step: "read", refs, job: { job: "erase", stage: "items" } };
  const indexes = [...loaded.values()].flatMap((bytes) =>
    bytes === undefined ? [] : [itemOfRef(circle, readItem(bytes).id)],
  );
  const erasing = from === 0 ? rest : [{ circle, items: from }, ...rest];
  return {
    step: "done",
    durable: { ...durable, root: { ...durable.root, erasing } },
    writes: [...refs, ...indexes, ...searchRefs(circle, from, items)].map(
      (ref) => ({ ref, value: undefined }),
    ),
    after: [],
  };
}

/** What the index holds of segments that begin in this stretch. */
function searchRefs(
  circle: string,
  from: number,
  end: number,
): readonly RecordRef[] {
  const segments = range(segmentOf(from), segmentOf(end) + 1);
  return segments
    .filter((segment) => startOfSegment(segment) >= from)
    .flatMap(namesOfSegment)
    .map((name) => searchRef(circle, name));
}
