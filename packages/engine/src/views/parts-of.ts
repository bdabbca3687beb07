/** What a view is made of (docs/spec/views.md, VW-1): while all of it is the same, so is the view. */
import { nextNoticeOf } from "@halqa/model";
import type { CircleRecord } from "../step/durable.ts";
import type { Query } from "./view.ts";
import { isAllRead } from "./summary-view.ts";
import type { JobContext } from "../step/job-context.ts";

/** The parts, or undefined while the view cannot be made yet. They are compared by identity. */
export function partsOf(
  context: JobContext,
  query: Query,
): readonly unknown[] | undefined {
  const { state } = context;
  if (state.phase !== "running") return undefined;
  switch (query.query) {
    case "app":
      return appParts(context);
    case "circle": {
      const record = state.durable.circles.get(query.circle);
      if (record === undefined) return undefined;
      const { invites, intents } = record;
      return [...summaryParts(context, record), invites, intents];
    }
    case "timeline": {
      const record = state.durable.circles.get(query.circle);
      const window = state.windows.get(query.circle);
      if (record === undefined || window?.isLoaded !== true) return undefined;
      const { outbox, desk } = record;
      const { readTo } = desk.summary;
      const appends = state.logs.get(record.id)?.appends;
      return [window, outbox, readTo, appends, ...rosterParts(record)];
    }
  }
}

function appParts(context: JobContext): readonly unknown[] {
  const { links, durable } = context.state;
  return [
    durable.root.profile,
    ...[...links.values()].flatMap((link) => [
      link.key,
      link.phase.phase,
      link.failures > 0,
      link.isRefused,
    ]),
    ...[...durable.circles.values()].flatMap((record) =>
      summaryParts(context, record),
    ),
  ];
}

function summaryParts(
  context: JobContext,
  record: CircleRecord,
): readonly unknown[] {
  const { state, env } = context;
  const { id, desk, outbox, intents, requests, deliveries, joining } = record;
  const minute = Math.floor(env.now / 60_000);
  return [
    desk,
    outbox,
    intents.length,
    deliveries.length,
    joining?.isSent,
    requests,
    state.logs.get(id)?.appends,
    nextNoticeOf(desk.summary, minute)?.ordinal,
    state.briefs.get(id),
    isAllRead(state, record),
    ...rosterParts(record),
  ];
}

/** The tree changes with commits only; a message changes neither of these. */
function rosterParts({ circle }: CircleRecord): readonly unknown[] {
  return [circle?.mls.tree, circle?.info, circle?.awaits];
}
