// Circles: founding, listing, name and settings, and their ends.

import { setTimeout } from "node:timers/promises";
import type { Command } from "@halqa/engine";
import type { Given } from "../form.ts";
import { exitLater, notDelivered, refusal, type Failure } from "../outcome.ts";
import {
  act,
  catchUp,
  deliver,
  findCircle,
  look,
  patience,
  waitFor,
  type Session,
} from "../session.ts";
import { acting, inCircle, type Ending, type Group } from "./entry.ts";

export const circleCommands: Group = {
  title: "Circles",
  entries: [
    {
      usage: "circle create NAME [--direct] [--name YOURS]",
      about: "found a circle",
      more: "--direct: a circle of two people, both stewards. --name: what you are called in it.",
      run: foundCircle,
    },
    { usage: "circles", about: "list your circles", run: listCircles },
    {
      usage: "rename CIRCLE NAME",
      about: "give a circle another name",
      run: acting((given, circle) => ({
        command: "rename-circle",
        circle,
        name: given.text("NAME"),
      })),
    },
    {
      usage:
        "settings CIRCLE [--posting everyone|stewards] [--adding everyone|stewards] [--pinning everyone|stewards] [--disappearing MINUTES]",
      about: "show or change who may do what",
      more: "--adding everyone: invites with --auto are possible. --disappearing: minutes from sending until messages go, 0 for never.",
      run: inCircle(showOrChangeSettings),
    },
    {
      usage: "leave CIRCLE [--successor MEMBER]",
      about: "leave a circle",
      more: "The only steward of a circle names another first, with --successor. You are out when a steward's device has stayed for a moment: in the app, with `halqa watch` or `halqa sync --stay 60`.",
      run: inCircle(leave),
    },
    {
      usage: "close CIRCLE --yes",
      about: "end a circle for everybody, for ever",
      run: acting((_, circle) => ({ command: "close-circle", circle })),
    },
    {
      usage: "forget CIRCLE",
      about: "take a circle off the list that you are not in any more",
      run: forgetCircle,
    },
    {
      usage: "sync [--stay SECONDS]",
      about: "send and fetch everything",
      more: "--stay: remain there so long. Letting in again who has fallen out, and the sign after a removal, are given by devices that stay for a while, or run `halqa watch`; what is due each week is done with every sync.",
      run: sync,
    },
  ],
};

async function foundCircle(session: Session, given: Given): Ending {
  const { profile } = await look(session, { query: "app" });
  if (profile === undefined) return refusal("no-profile");
  const made = await act(session, {
    command: "found-circle",
    name: given.text("NAME"),
    kind: given.has("direct") ? "direct" : "circle",
    memberName: given.maybe("name") ?? profile.name,
  });
  if (!made.ok) return made.error;
  if (made.value.kind !== "circle") return undefined;
  const { circle } = made.value;
  const founded = session.settings.offline
    ? undefined
    : await waitFor(
        session,
        { query: "circle", circle },
        (view) => view.summary.standing === "member" && view.summary.caughtUp,
      );
  const view = founded ?? (await look(session, { query: "circle", circle }));
  session.print({ type: "circle", ...view.summary });
  return founded === undefined ? notDelivered : undefined;
}

async function listCircles(session: Session): Ending {
  const before = await look(session, { query: "app" });
  for (const { circle } of before.circles) await catchUp(session, circle);
  const { circles } = await look(session, { query: "app" });
  for (const circle of circles) session.print({ type: "circle", ...circle });
  return undefined;
}

/** Sends and fetches everything, prints the circles. */
async function sync(session: Session, given: Given): Ending {
  let all = await exchange(session);
  const stay = given.number("stay") ?? 0;
  if (stay > 0) {
    const over = new AbortController();
    const { signal } = over;
    const stayed = setTimeout(stay * 1_000, undefined, { signal });
    await Promise.race([session.ended, stayed]);
    // The timer would hold the process.
    over.abort();
    all = await exchange(session);
  }
  const after = await look(session, { query: "app" });
  for (const circle of after.circles)
    session.print({ type: "circle", ...circle });
  return all ? undefined : notDelivered;
}

async function exchange(session: Session): Promise<boolean> {
  const { circles } = await look(session, { query: "app" });
  let all = true;
  for (const { circle } of circles) {
    all = (await catchUp(session, circle)) && all;
    // A call is over before the moment comes that was drawn for what is due (EN-128).
    await act(session, { command: "keep-up", circle });
    all = (await deliver(session, circle)) && all;
  }
  return all;
}

async function showOrChangeSettings(
  session: Session,
  given: Given,
  { circle }: { readonly circle: string },
): Ending {
  const wish = settingsOf(given);
  if (Object.keys(wish).length > 0) {
    const done = await act(session, {
      command: "change-settings",
      circle,
      ...wish,
    });
    if (!done.ok) return done.error;
    if (!(await deliver(session, circle))) return notDelivered;
  }
  const { settings } = await look(session, { query: "circle", circle });
  if (settings === undefined) return refusal("not-a-member");
  session.print({ type: "settings", circle, ...settings });
  return undefined;
}

type SettingsWish = Omit<
  Extract<Command, { command: "change-settings" }>,
  "command" | "circle"
>;

function settingsOf(given: Given): SettingsWish {
  const posting = whoOf(given, "posting");
  const adding = whoOf(given, "adding");
  const pinning = whoOf(given, "pinning");
  const disappearing = given.number("disappearing");
  return {
    ...(posting === undefined ? {} : { posting }),
    ...(adding === undefined ? {} : { adding }),
    ...(pinning === undefined ? {} : { pinning }),
    ...(disappearing === undefined ? {} : { disappearing }),
  };
}

function whoOf(
  given: Given,
  option: string,
): "everyone" | "stewards" | undefined {
  const who = given.maybe(option);
  return who === "everyone" || who === "stewards" ? who : undefined;
}

/** How long a person who leaves waits for somebody to be there. */
const LEAVING_MS = 5_000;

const leaving: Failure = exitLater(
  "leaving",
  "Asked, and kept: you are out when a steward's device has stayed for a moment (`halqa sync --stay 60`, `halqa watch`, or the app); `halqa circles` tells.",
);

async function leave(
  session: Session,
  given: Given,
  { circle }: { readonly circle: string },
): Ending {
  const successor = given.maybe("successor");
  const done = await act(session, {
    command: "leave-circle",
    circle,
    ...(successor === undefined ? {} : { successor }),
  });
  if (!done.ok) return done.error;
  if (!(await deliver(session, circle))) return notDelivered;
  const left = await waitFor(
    patience(session, LEAVING_MS),
    { query: "circle", circle },
    ({ summary }) => summary.standing === "removed",
  );
  if (left === undefined) return leaving;
  session.print({ type: "done" });
  return undefined;
}

async function forgetCircle(session: Session, given: Given): Ending {
  const found = await findCircle(session, given.text("CIRCLE"));
  if (!found.ok) return found.error;
  const { circle } = found.value;
  const done = await act(session, { command: "forget-circle", circle });
  if (!done.ok) return done.error;
  session.print({ type: "done" });
  return undefined;
}
