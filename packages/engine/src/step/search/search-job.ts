/**
 * Looks for words in a circle's list (docs/spec/engine.md, EN-150): first in what is not indexed yet, then segment by segment, from the
 * newest to the oldest, until a page of hits is full. It reads and writes nothing else.
 */
import { itemToView, searchTextOf } from "@halqa/model";
import type { Item } from "@halqa/model";
import {
  candidatesIn,
  isFoundIn,
  namesFor,
  parseQuery,
  SEGMENT_SPAN,
  segmentOf,
} from "@halqa/search";
import type { Query } from "@halqa/search";
import type { RecordRef } from "../../ports/store.ts";
import type { CommandReply } from "../../views/command.ts";
import { membersIn, rosterOf } from "../../views/roster-view.ts";
import type { CircleRecord } from "../durable.ts";
import { readItem } from "../entries.ts";
import { refKey } from "../job.ts";
import { itemRef, searchRef } from "../records.ts";
import type { JobContext, JobStep } from "../job-context.ts";
import type { Loaded } from "../job-stage.ts";
import type { SearchJob, SearchStage } from "./search-stage.ts";

/** Items and segments asked for at a time. */
const ITEMS_AT_A_TIME = 64;
const SEGMENTS_AT_A_TIME = 8;
export const MAX_HITS = 100;

interface Search {
  readonly context: JobContext;
  readonly job: SearchJob;
  readonly record: CircleRecord;
  readonly query: Query;
}

export function runSearch(
  job: SearchJob,
  context: JobContext,
  loaded: Loaded,
): JobStep {
  const { command } = job;
  const record = context.state.durable.circles.get(command.circle);
  if (record === undefined)
    return answer(context, job, { ok: false, error: "unknown-circle" });
  const query = parseQuery(command.text);
  if (query === undefined)
    return answer(context, job, { ok: false, error: "bad-text" });
  const search = { context, job, record, query };
  const { stage } = job;
  switch (stage.at) {
    case "start":
      return goOn(search, { before: topOf(search), hits: [] });
    case "segments":
      return takeSegments(search, stage, loaded);
    case "items":
      return takeItems(search, stage, loaded);
  }
}

function topOf({ job, record }: Search): number {
  const { nextOrdinal } = record.desk.summary;
  return Math.min(job.command.before ?? nextOrdinal, nextOrdinal);
}

/** The next piece of the list, which ends before an ordinal. */
function goOn(
  search: Search,
  o: { readonly before: number; readonly hits: readonly Item[] },
): JobStep {
  const { before, hits } = o;
  const indexed = search.record.desk.search.segments * SEGMENT_SPAN;
  if (before <= 0) return found(search, hits, undefined);
  if (before > indexed) {
    const from = Math.max(indexed, before - ITEMS_AT_A_TIME);
    const ordinals = Array.from(
      { length: before - from },
      (_, index) => before - 1 - index,
    );
    return readItems(search, { candidates: ordinals, before: from, hits });
  }
  const newest = segmentOf(before - 1);
  const count = Math.min(newest + 1, SEGMENTS_AT_A_TIME);
  const segments = Array.from({ length: count }, (_, index) => newest - index);
  const refs = segments.flatMap((segment) => recordsOf(search, segment));
  const stage = { at: "segments" as const, segments, hits };
  return { step: "read", refs, job: { ...search.job, stage } };
}

function recordsOf(
  { job, query }: Search,
  segment: number,
): readonly RecordRef[] {
  return namesFor(query, segment).map((name) =>
    searchRef(job.command.circle, name),
  );
}

function takeSegments(
  search: Search,
  stage: Extract<SearchStage, { at: "segments" }>,
  loaded: Loaded,
): JobStep {
  const { segments, hits } = stage;
  const { circle } = search.job.command;
  const read = (name: string): Uint8Array | undefined =>
    loaded.get(refKey(searchRef(circle, name)));
  const top = topOf(search);
  const candidates = segments
    .flatMap((segment) => candidatesIn(search.query, segment, read))
    .filter((ordinal) => ordinal < top);
  const before = (segments.at(-1) ?? 0) * SEGMENT_SPAN;
  return readItems(search, { candidates, before, hits });
}

function readItems(
  search: Search,
  o: Omit<Extract<SearchStage, { at: "items" }>, "at">,
): JobStep {
  const now = o.candidates.slice(0, ITEMS_AT_A_TIME);
  if (now.length === 0) return goOn(search, o);
  const candidates = o.candidates.slice(ITEMS_AT_A_TIME);
  const { circle } = search.job.command;
  return {
    step: "read",
    refs: now.map((ordinal) => itemRef(circle, ordinal)),
    job: { ...search.job, stage: { ...o, at: "items", candidates } },
  };
}

function takeItems(
  search: Search,
  stage: Extract<SearchStage, { at: "items" }>,
  loaded: Loaded,
): JobStep {
  const limit = limitOf(search);
  const hits = [...stage.hits];
  for (const bytes of loaded.values()) {
    const item = bytes && readItem(bytes);
    const said = item && searchTextOf(item);
    if (said === undefined || !isFoundIn(search.query, said.text)) continue;
    hits.push(item!);
    if (hits.length >= limit) return found(search, hits, item!.ordinal);
  }
  return readItems(search, { ...stage, hits });
}

function limitOf({ job }: Search): number {
  const { limit } = job.command;
  return Number.isInteger(limit) ? Math.min(Math.max(limit, 1), MAX_HITS) : 1;
}

function found(
  { context, job, record }: Search,
  hits: readonly Item[],
  next: number | undefined,
): JobStep {
  const roster = rosterOf(record, membersIn(context, record));
  const views = { roster, item: () => undefined };
  return answer(context, job, {
    ok: true,
    value: {
      kind: "found",
      items: hits.map((item) => itemToView(item, views)),
      ...(next === undefined || next === 0 ? {} : { next }),
    },
  });
}

function answer(
  { state }: JobContext,
  { id }: SearchJob,
  reply: CommandReply,
): JobStep {
  const after = [{ after: "reply", id, reply }] as const;
  return { step: "done", durable: state.durable, writes: [], after };
}
