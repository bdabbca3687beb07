/** Writes a segment of the index from its items (docs/spec/engine.md, EN-151): a job like any other, when nothing else is to be done. */
import { searchTextOf } from "@halqa/model";
import { planSegment, SEGMENT_SPAN, startOfSegment } from "@halqa/search";
import type { Doc } from "@halqa/search";
import type { RecordRef, Write } from "../../ports/store.ts";
import { readItem, withRecord } from "../entries.ts";
import { itemRef, searchRef } from "../records.ts";
import type { JobContext, JobStep } from "../job-context.ts";
import type { Loaded } from "../job-stage.ts";
import type { IndexJob } from "./search-stage.ts";
import { markIndexed } from "./search-state.ts";

/** Items asked for at a time: few enough to hold the largest ones in memory. */
const ITEMS_AT_A_TIME = 128;

export function runIndex(
  job: IndexJob,
  context: JobContext,
  loaded: Loaded,
): JobStep {
  const { state } = context;
  const record = state.durable.circles.get(job.circle);
  if (record === undefined)
    return { step: "done", durable: state.durable, writes: [], after: [] };
  const docs = [...job.docs, ...docsIn(loaded)];
  if (job.asked < SEGMENT_SPAN) {
    const asked = job.asked + ITEMS_AT_A_TIME;
    return { step: "read", refs: refsOf(job), job: { ...job, docs, asked } };
  }
  const { circle, segment } = job;
  const writes = planSegment(segment, docs).map(({ name, value }): Write => ({
    ref: searchRef(circle, name),
    value,
  }));
  const search = markIndexed(record.desk.search, segment);
  const next = { ...record, desk: { ...record.desk, search } };
  const durable = withRecord(context, next);
  return { step: "done", durable, writes, after: [] };
}

function refsOf({ circle, segment, asked }: IndexJob): readonly RecordRef[] {
  const from = startOfSegment(segment) + asked;
  return Array.from({ length: ITEMS_AT_A_TIME }, (_, index) =>
    itemRef(circle, from + index),
  );
}

function docsIn(loaded: Loaded): readonly Doc[] {
  return [...loaded.values()].flatMap((bytes): readonly Doc[] => {
    const item = bytes && readItem(bytes);
    const said = item && searchTextOf(item);
    if (item?.ordinal === undefined || said === undefined) return [];
    return [{ ordinal: item.ordinal, ...said }];
  });
}
