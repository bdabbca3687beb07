// What is said in a circle: texts and what is done to them, reading, searching, watching.

import type { TimelineItem } from "@halqa/engine";
import type { Given } from "../form.ts";
import { notDelivered, usageFailure } from "../outcome.ts";
import { act, findCircle, look, type Session } from "../session.ts";
import {
  acting,
  inCircle,
  type Ending,
  type Group,
  type Place,
} from "./entry.ts";

const MAX_READ = 2_000;
const MAX_FOUND = 1_000;
/** Of one question to the engine. */
const FOUND_AT_ONCE = 100;

const reasons = [
  "off-topic",
  "harassment",
  "spam",
  "danger",
  "other",
  "shown",
] as const;

export const messageCommands: Group = {
  title: "Messages",
  entries: [
    {
      usage: "send CIRCLE TEXT [--reply ID]",
      about: "say something",
      run: acting((given, circle) => {
        const replyTo = given.maybe("reply");
        return {
          command: "send",
          circle,
          text: given.text("TEXT"),
          ...(replyTo === undefined ? {} : { replyTo }),
        };
      }),
    },
    {
      usage: "read CIRCLE [--limit N]",
      about: "fetch and print what was said, oldest first",
      run: inCircle(read),
    },
    {
      usage: "watch [CIRCLE]",
      about: "print what arrives until Ctrl-C",
      run: watch,
    },
    {
      usage: "search CIRCLE TEXT [--limit N]",
      about: "find words, newest first",
      run: inCircle(search),
    },
    {
      usage: "react CIRCLE ID EMOJI",
      about: 'react to a message ("" takes it back)',
      run: acting((given, circle) => ({
        command: "react",
        circle,
        target: given.text("ID"),
        emoji: given.text("EMOJI"),
      })),
    },
    {
      usage: "edit CIRCLE ID TEXT",
      about: "change what you said",
      run: acting((given, circle) => ({
        command: "edit",
        circle,
        target: given.text("ID"),
        text: given.text("TEXT"),
      })),
    },
    {
      usage: "delete CIRCLE ID",
      about: "take back what you said",
      more: "The others' devices delete it when they see this. Who has kept a copy has it.",
      run: acting((given, circle) => ({
        command: "delete",
        circle,
        target: given.text("ID"),
      })),
    },
    {
      usage: `hide CIRCLE ID [--reason ${reasons.join("|")}]`,
      about: "as a steward, hide what someone said",
      more: "--reason shown: show it again.",
      run: acting((given, circle) => ({
        command: "hide",
        circle,
        target: given.text("ID"),
        reason: reasons.find((one) => one === given.maybe("reason")) ?? "other",
      })),
    },
    {
      usage: "pin CIRCLE ID",
      about: "pin something to the top",
      run: acting((given, circle) => ({
        command: "pin",
        circle,
        target: given.text("ID"),
        pinned: true,
      })),
    },
    {
      usage: "unpin CIRCLE ID",
      about: "take it from there",
      run: acting((given, circle) => ({
        command: "pin",
        circle,
        target: given.text("ID"),
        pinned: false,
      })),
    },
    {
      usage: "retry CIRCLE ID",
      about: "send again what failed",
      run: acting((given, circle) => ({
        command: "retry",
        circle,
        id: given.text("ID"),
      })),
    },
    {
      usage: "discard CIRCLE ID",
      about: "give up what failed or was not sent yet",
      run: acting((given, circle) => ({
        command: "discard",
        circle,
        id: given.text("ID"),
      })),
    },
  ],
};

async function read(session: Session, given: Given, place: Place): Ending {
  const { circle, reached } = place;
  const limit = given.number("limit") ?? 50;
  if (limit < 1 || limit > MAX_READ)
    return usageFailure(`--limit is a whole number from 1 to ${MAX_READ}.`);
  const { items } = await look(session, { query: "timeline", circle, limit });
  for (const item of items) printItem(session, circle, item);
  const last = items.findLast((item) => item.ordinal !== undefined)?.ordinal;
  if (last !== undefined)
    await act(session, { command: "mark-read", circle, to: last });
  return reached || session.settings.offline ? undefined : notDelivered;
}

function printItem(session: Session, circle: string, item: TimelineItem): void {
  session.print({ type: "timeline", ...item, circle });
}

async function search(session: Session, given: Given, place: Place): Ending {
  const { circle, reached } = place;
  const limit = given.number("limit") ?? 50;
  if (limit < 1 || limit > MAX_FOUND)
    return usageFailure(`--limit is a whole number from 1 to ${MAX_FOUND}.`);
  let before: number | undefined;
  let found = 0;
  do {
    const page = await act(session, {
      command: "search",
      circle,
      text: given.text("TEXT"),
      limit: Math.min(limit - found, FOUND_AT_ONCE),
      ...(before === undefined ? {} : { before }),
    });
    if (!page.ok) return page.error;
    if (page.value.kind !== "found") break;
    for (const item of page.value.items) printItem(session, circle, item);
    found += page.value.items.length;
    before = page.value.next;
  } while (before !== undefined && found < limit);
  return reached || session.settings.offline ? undefined : notDelivered;
}

/** Prints what arrives, in one circle or in all, until it is ended. */
async function watch(session: Session, given: Given): Ending {
  const word = given.maybe("CIRCLE");
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
      printItem(session, circle, item);
      printed = item.ordinal;
    }
  });
}

function isPlaced(
  item: TimelineItem,
): item is TimelineItem & { readonly ordinal: number } {
  return item.ordinal !== undefined;
}
