// What is said in a circle: texts, reactions, notices, answers, reading and watching.

import type { Command, NoticeTime, TimelineItem } from "@halqa/engine";
import { err, ok, type Result } from "@halqa/bytes";
import { textOf, type Call } from "../call.ts";
import {
  notDelivered,
  refusal,
  usageFailure,
  type Failure,
} from "../outcome.ts";
import {
  act,
  catchUp,
  deliver,
  findCircle,
  look,
  type Session,
} from "../session.ts";
import { resolveLocalTime } from "../zone.ts";
import type { Ending } from "./circles.ts";

const MAX_READ = 2_000;

export function send(session: Session, call: Call): Ending {
  const text = call.words[2];
  if (text === undefined) {
    return Promise.resolve(usageFailure("halqa send CIRCLE TEXT"));
  }
  const replyTo = textOf(call.options["reply"]);
  return say(session, call, (circle) => ({
    command: "send",
    circle,
    text,
    ...(replyTo === undefined ? {} : { replyTo }),
  }));
}

export function react(session: Session, call: Call): Ending {
  const [, , target, emoji] = call.words;
  if (target === undefined || emoji === undefined) {
    return Promise.resolve(
      usageFailure('halqa react CIRCLE MESSAGE EMOJI ("" takes it back)'),
    );
  }
  return say(session, call, (circle) => ({
    command: "react",
    circle,
    target,
    emoji,
  }));
}

export function postNotice(session: Session, call: Call): Ending {
  const title = textOf(call.options["title"]);
  const when = readTime(call);
  if (title === undefined) {
    return Promise.resolve(
      usageFailure(
        "halqa notice CIRCLE --title TEXT --at 2026-11-26T18:00 [--zone ZONE] [--minutes N] [--place TEXT] [--agenda TEXT]",
      ),
    );
  }
  if (!when.ok) return Promise.resolve(when.error);
  return say(session, call, (circle) => ({
    command: "post-notice",
    circle,
    title,
    when: when.value,
    place: textOf(call.options["place"]) ?? "",
    agenda: textOf(call.options["agenda"]) ?? "",
  }));
}

export function rsvp(session: Session, call: Call): Ending {
  const [, , notice, answer] = call.words;
  if (
    notice === undefined ||
    (answer !== "yes" && answer !== "maybe" && answer !== "no")
  ) {
    return Promise.resolve(
      usageFailure("halqa rsvp CIRCLE NOTICE yes|maybe|no"),
    );
  }
  return say(session, call, (circle) => ({
    command: "rsvp",
    circle,
    notice,
    answer,
  }));
}

/** Gives the engine something to say, prints its id, and waits until the relay keeps it. */
async function say(
  session: Session,
  call: Call,
  command: (circle: string) => Command,
): Ending {
  const found = await findCircle(session, call.words[1]);
  if (!found.ok) return found.error;
  const { circle } = found.value;
  // What one reacts to or answers may still lie at the relay.
  await catchUp(session, circle);
  const said = await act(session, command(circle));
  if (!said.ok) return said.error;
  if (said.value.kind === "item") {
    session.print({ type: "item", circle, id: said.value.id });
  }
  return (await deliver(session, circle)) ? undefined : notDelivered;
}

export async function read(session: Session, call: Call): Ending {
  const found = await findCircle(session, call.words[1]);
  if (!found.ok) return found.error;
  const { circle } = found.value;
  const limit = Number(textOf(call.options["limit"]) ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_READ) {
    return usageFailure(`--limit is a whole number from 1 to ${MAX_READ}.`);
  }
  const reached = await catchUp(session, circle);
  const { items } = await look(session, { query: "timeline", circle, limit });
  for (const item of items)
    session.print({ type: "timeline", ...item, circle });
  const last = items.findLast((item) => item.ordinal !== undefined)?.ordinal;
  if (last !== undefined) {
    await act(session, { command: "mark-read", circle, to: last });
  }
  return reached || session.settings.offline ? undefined : notDelivered;
}

/** Prints what arrives, in one circle or in all, until it is ended. */
export async function watch(session: Session, call: Call): Ending {
  const word = call.words[1];
  const chosen =
    word === undefined ? undefined : await findCircle(session, word);
  if (chosen !== undefined && !chosen.ok) return chosen.error;
  const { circles } = await look(session, { query: "app" });
  const watched = chosen === undefined ? circles : [chosen.value];
  const stops = watched.map(({ circle }) => watchCircle(session, circle));
  await session.ended;
  for (const stop of stops) stop();
  return undefined;
}

const WATCHED = 200;

function watchCircle(session: Session, circle: string): () => void {
  let printed: number | undefined;
  const query = { query: "timeline", circle, limit: WATCHED } as const;
  return session.client.watch(query, (view) => {
    if (view.view !== "timeline") return;
    const placed = view.items.filter(isPlaced);
    // What was there before the call is what `read` is for.
    printed ??= placed.at(-1)?.ordinal ?? -1;
    for (const item of placed) {
      if (item.ordinal <= printed) continue;
      session.print({ type: "timeline", ...item, circle });
      printed = item.ordinal;
    }
  });
}

function isPlaced(
  item: TimelineItem,
): item is TimelineItem & { readonly ordinal: number } {
  return item.ordinal !== undefined;
}

/** `sync`: sends and fetches everything, prints the circles. */
export async function sync(session: Session): Ending {
  const { circles } = await look(session, { query: "app" });
  let all = true;
  for (const { circle } of circles) {
    all = (await catchUp(session, circle)) && all;
    all = (await deliver(session, circle)) && all;
  }
  const after = await look(session, { query: "app" });
  for (const circle of after.circles)
    session.print({ type: "circle", ...circle });
  return all ? undefined : notDelivered;
}

function readTime(call: Call): Result<NoticeTime, Failure> {
  const local = textOf(call.options["at"]) ?? "";
  const zone =
    textOf(call.options["zone"]) ??
    Intl.DateTimeFormat().resolvedOptions().timeZone;
  const instant = resolveLocalTime(local, zone);
  if (instant === undefined) return err(refusal("bad-time"));
  const minutes = textOf(call.options["minutes"]);
  if (minutes === undefined) return ok({ local, zone, instant });
  if (!/^\d{1,5}$/.test(minutes)) {
    return err(usageFailure("--minutes is a whole number."));
  }
  return ok({ local, zone, instant, minutes: Number(minutes) });
}
