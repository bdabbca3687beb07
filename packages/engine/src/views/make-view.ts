/** Views out of the state (docs/spec/views.md): plain data, ids as text, nothing secret in it. */
import { encodeBase64url } from "@halqa/bytes";
import { itemToView, overlayPending } from "@halqa/model";
import { homeRelay } from "../step/commands/profile.ts";
import type { CircleRecord } from "../step/durable.ts";
import type { Link, Window } from "../step/state.ts";
import { boundedLimit } from "../step/watch-limit.ts";
import { circleViewOf } from "./circle-view.ts";
import { filesViewOf } from "./files-view.ts";
import { linkingView } from "./linking-view.ts";
import { deliveriesOf, pendingOf } from "./outbox-view.ts";
import { linkState } from "./relays-view.ts";
import { looseOver } from "./loose-view.ts";
import { membersIn, rosterOf } from "./roster-view.ts";
import { ownAuthor, summaryOf } from "./summary-view.ts";
import type { AppView, Query, RelayView, TimelineView, View } from "./view.ts";
import type { JobContext } from "../step/job-context.ts";

/** The view that a query asks for; undefined where there is nothing to show yet. */
export function makeView(context: JobContext, query: Query): View | undefined {
  const { durable, windows } = context.state;
  if (query.query === "app") return appView(context);
  const record = durable.circles.get(query.circle);
  if (record === undefined) return undefined;
  if (query.query === "circle") return circleViewOf(context, record);
  if (query.query === "files") return filesViewOf(context.state, record);
  const window = windows.get(query.circle);
  if (window === undefined) return undefined;
  return timelineView(context, record, { window, limit: query.limit });
}

function appView(context: JobContext): AppView {
  const { durable, links } = context.state;
  const { profile } = durable.root;
  const home = homeRelay(context);
  const records = [...durable.circles.values()].toSorted(
    (one, other) => newestIn(other) - newestIn(one),
  );
  return {
    view: "app",
    ...(profile === undefined ? {} : { profile }),
    relays: [...links.values()].map(relayView),
    ...(home === undefined ? {} : { home: home.url }),
    ...linkingView(durable.linking),
    circles: records.map((record) => summaryOf(context, record)),
  };
}

function newestIn({ desk }: CircleRecord): number {
  const { last } = desk.summary;
  return last === undefined ? desk.since : last.minute * 60_000;
}

function relayView(link: Link): RelayView {
  return { url: link.url, state: linkState(link) };
}

function timelineView(
  context: JobContext,
  record: CircleRecord,
  o: { readonly window: Window; readonly limit: number },
): TimelineView {
  const { window } = o;
  const members = membersIn(context, record);
  const shown = window.items.slice(-boundedLimit(o.limit));
  const items = overlayPending(
    looseOver(context.state, record.id, shown),
    pendingOf(record),
    ownAuthor(record, members),
  );
  const known = [...window.quoted.values(), ...window.items, ...items];
  const itemsById = new Map(
    known.map((item) => [encodeBase64url(item.id), item]),
  );
  const viewContext = {
    roster: rosterOf(record, members),
    item: (id: Uint8Array) => itemsById.get(encodeBase64url(id)),
    delivery: deliveriesOf(context.state, record),
  };
  const [first] = shown;
  return {
    view: "timeline",
    circle: record.id,
    items: items.map((item) => itemToView(item, viewContext)),
    more: first?.ordinal !== undefined && first.ordinal > 0,
    readTo: record.desk.summary.readTo,
  };
}
