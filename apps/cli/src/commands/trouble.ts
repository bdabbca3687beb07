// When something is wrong: alarms, and devices that have to be let in again.

import type { Command } from "@halqa/engine";
import type { Given } from "../form.ts";
import { notDelivered, refusal, usageFailure } from "../outcome.ts";
import { act, deliver, look, type Session } from "../session.ts";
import {
  acting,
  inCircle,
  type Ending,
  type Group,
  type Place,
} from "./entry.ts";

export const troubleCommands: Group = {
  title: "When something is wrong",
  entries: [
    {
      usage: "alarms [CIRCLE]",
      about: "what the members of a circle have to know",
      run: listAlarms,
    },
    {
      usage: "acknowledge CIRCLE [ALARM] [--all]",
      about: "you have seen an alarm",
      run: inCircle(acknowledge),
    },
    {
      usage: "repair CIRCLE",
      about: "ask the stewards to let this device in again",
      more: "For a device that is halted, that was away too long, or that began again out of a backup. It prints the number that you and each steward compare before they approve with `halqa repair-approve`; then `halqa sync`.",
      run: inCircle(askRepair),
    },
    {
      usage: "repairs CIRCLE",
      about: "which devices ask to be let in again",
      run: inCircle(listRepairs),
    },
    {
      usage: "repair-approve CIRCLE REQUEST",
      about: "let a device in again, after a look at who it is",
      run: acting((given, circle) =>
        decideRepair(given, { circle, command: "approve-repair" }),
      ),
    },
    {
      usage: "repair-decline CIRCLE REQUEST",
      about: "do not",
      run: acting((given, circle) =>
        decideRepair(given, { circle, command: "decline-repair" }),
      ),
    },
    {
      usage: "rebuild CIRCLE --yes",
      about: "build a circle anew that no steward can follow any more",
      run: acting((_, circle) => ({ command: "rebuild", circle })),
    },
  ],
};

async function listAlarms(session: Session, given: Given): Ending {
  if (given.has("CIRCLE")) return inCircle(printAlarms)(session, given);
  const { circles } = await look(session, { query: "app" });
  for (const { circle, alarms } of circles)
    for (const alarm of alarms)
      session.print({ type: "alarm", circle, ...alarm });
  return undefined;
}

async function printAlarms(
  session: Session,
  _: Given,
  { circle, summary, reached }: Place,
): Ending {
  for (const alarm of summary.alarms)
    session.print({ type: "alarm", circle, ...alarm });
  return reached || session.settings.offline ? undefined : notDelivered;
}

async function acknowledge(
  session: Session,
  given: Given,
  { circle, summary }: Place,
): Ending {
  const word = given.maybe("ALARM");
  const all = given.has("all");
  if (all === (word !== undefined))
    return usageFailure("halqa acknowledge CIRCLE ALARM, or --all");
  const chosen = summary.alarms.filter(({ id }) => all || id === word);
  if (!all && chosen.length === 0) return refusal("unknown-item");
  for (const { id: alarm } of chosen) {
    const done = await act(session, {
      command: "acknowledge-alarm",
      circle,
      alarm,
    });
    if (!done.ok) return done.error;
  }
  session.print({ type: "done" });
  return undefined;
}

async function askRepair(session: Session, _: Given, place: Place): Ending {
  const { circle } = place;
  const asked = await act(session, { command: "repair", circle });
  if (!asked.ok) return asked.error;
  const { summary } = await look(session, { query: "circle", circle });
  for (const { member, name } of summary.repair?.stewards ?? []) {
    const shown = await act(session, {
      command: "safety-number",
      circle,
      member,
    });
    if (!shown.ok) return shown.error;
    if (shown.value.kind !== "safety-number") continue;
    const { number, code } = shown.value;
    const safety = { circle, member, name, number, code };
    session.print({ type: "safety", ...safety, verified: false });
  }
  if (!(await deliver(session, circle))) return notDelivered;
  session.print({ type: "done" });
  return undefined;
}

async function listRepairs(
  session: Session,
  _: Given,
  { circle, reached }: Place,
): Ending {
  const { repairs } = await look(session, { query: "circle", circle });
  for (const one of repairs)
    session.print({ type: "repair-request", circle, ...one });
  return reached || session.settings.offline ? undefined : notDelivered;
}

function decideRepair(
  given: Given,
  o: {
    readonly circle: string;
    readonly command: "approve-repair" | "decline-repair";
  },
): Command {
  return { ...o, request: given.text("REQUEST") };
}
