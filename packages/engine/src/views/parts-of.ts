/** What a view is made of (docs/spec/views.md, VW-1): while all of it is the same, so is the view. */
import { nextNoticeOf } from "@halqa/model";
import type { CircleRecord } from "../step/durable.ts";
import type { Query } from "./view.ts";
import { presenceParts } from "./presence-view.ts";
import { relaysOf } from "../circle/relay-term.ts";
import { relayKey } from "../step/relays.ts";
import { sideOf } from "../step/side/side-state.ts";
import { linkState } from "./relays-view.ts";
import { isAllRead } from "./summary-view.ts";
import type { EngineState } from "../step/state.ts";
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
      const { invites, intents, petitions, repairDesk, verified } = record;
      const { presence } = record;
      return [
        ...summaryParts(context, record),
        invites,
        intents,
        petitions,
        repairDesk.requests,
        verified,
        record.moves,
        record.circle?.log.address,
        record.circle?.log.seq,
        ...relayParts(context, record),
        ...presenceParts(presence, context.env.now),
        record.joining?.check,
      ];
    }
    case "files":
      return filesParts(state, query.circle);
    case "timeline":
      return timelineParts(state, query.circle);
  }
}

function timelineParts(
  state: EngineState,
  id: string,
): readonly unknown[] | undefined {
  const record = state.durable.circles.get(id);
  const window = state.windows.get(id);
  if (record === undefined || window?.isLoaded !== true) return undefined;
  const { outbox, desk } = record;
  const { readTo } = desk.summary;
  const appends = state.logs.get(record.id)?.appends;
  const { loose } = sideOf(state, record.id);
  return [window, outbox, readTo, appends, loose, ...rosterParts(record)];
}

/** How the relays of the circle are reached. */
function relayParts(
  { state }: JobContext,
  { circle }: CircleRecord,
): readonly unknown[] {
  if (circle === undefined) return [];
  return relaysOf(circle).map((relay) =>
    linkState(state.links.get(relayKey(relay))),
  );
}

function appParts(context: JobContext): readonly unknown[] {
  const { links, durable } = context.state;
  return [
    durable.root.profile,
    durable.root.homes,
    durable.root.home,
    durable.linking,
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
    record.repair,
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

function filesParts(
  { durable, transfers }: EngineState,
  circle: string,
): readonly unknown[] | undefined {
  const record = durable.circles.get(circle);
  return record && [record.files, transfers.get(circle)];
}
