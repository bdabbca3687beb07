/** The joiner's request on its way to the invite's inbox (docs/spec/engine.md, EN-61): the same bytes until the relay took them. */
import type { CircleRecord } from "./durable.ts";
import { REFUSED_RETRY_MS } from "./limits.ts";
import { hasRoom, request } from "./link.ts";
import { relayKey } from "./relays.ts";
import type { EngineState } from "./state.ts";
import { emit, update, withEntry } from "./turn.ts";
import type { Turn } from "./turn.ts";

/** Sends the request when our own inbox stands open, so that an answer finds it. */
export function pumpRequest(turn: Turn, record: CircleRecord): void {
  const { id, joining, desk } = record;
  const isDue = desk.place === "waiting" && joining?.isSent === false;
  const relay = joining?.joining.link.relays[0];
  if (!isDue || relay === undefined || !isInboxOpen(turn, record)) return;
  const link = turn.state.links.get(relayKey(relay));
  if (link?.phase.phase !== "ready" || !hasRoom(link, joining.box.length))
    return;
  const { conn } = link.phase;
  const asked = turn.state.asks.get(id);
  const inbox = desk.inbox.owner.key;
  if (isSameAsk(asked, { conn, inbox })) return;
  update(turn, { asks: withEntry(turn.state.asks, id, { conn, inbox }) });
  const { sendId } = joining.joining.link;
  request(
    turn,
    { link: link.key, owner: { for: "join", circle: id, inbox } },
    { type: "inbox-send", sendId, body: joining.box },
  );
}

type Ask = EngineState["asks"] extends ReadonlyMap<string, infer A> ? A : never;

/** A request that was given up for another one, which has an inbox of its own, was not this one. */
function isSameAsk(asked: Ask | undefined, ask: Ask): boolean {
  return asked?.conn === ask.conn && asked.inbox === ask.inbox;
}

/** EN-62: an inbox that is full or not there yet is tried again; only the person gives up. */
export function hearRequestRefusal(turn: Turn, circle: string): void {
  emit(turn, {
    type: "timer",
    id: `join ${circle}`,
    afterMs: REFUSED_RETRY_MS,
  });
}

export function retryRequest(turn: Turn, circle: string): void {
  update(turn, { asks: withEntry(turn.state.asks, circle, undefined) });
}

function isInboxOpen(turn: Turn, { id }: CircleRecord): boolean {
  return [...turn.state.inboxes].some(
    ([, run]) => run.circle === id && run.phase === "open",
  );
}
