// Further devices of one person: each comes into the circles by a link, and by six digits that both show.

import type { AppView, LinkingView } from "@halqa/engine";
import type { Given } from "../form.ts";
import {
  exitLater,
  exitRefused,
  notDelivered,
  refusal,
  usageFailure,
} from "../outcome.ts";
import {
  act,
  catchUp,
  deliver,
  look,
  waitFor,
  type Session,
} from "../session.ts";
import { inCircle, type Ending, type Group, type Place } from "./entry.ts";

export const linkingCommands: Group = {
  title: "Further devices of yours",
  entries: [
    {
      usage: "link-start",
      about: "on the new device: print a link for the one that you have",
      more: "After `halqa init`. It waits for the six digits as long as --timeout says; `halqa linking` shows them later.",
      run: startLinking,
    },
    {
      usage: "link LINK",
      about: "on the device that you have: take the new one in",
      run: linkDevice,
    },
    {
      usage: "linking",
      about: "how far it is, and the six digits",
      run: showLinking,
    },
    {
      usage: "link-confirm CODE",
      about: "on both: the six digits that the other one shows",
      more: "It waits until the devices have done the rest: leave it running on both.",
      run: confirmLinking,
    },
    {
      usage: "link-cancel",
      about: "stop linking",
      run: cancelLinking,
    },
    {
      usage: "remove-device CIRCLE NUMBER [--owner MEMBER]",
      about: "take a device out of a circle, by its number in `members --json`",
      more: "One of yours, or as a steward one of another member's.",
      run: inCircle(removeDevice),
    },
    {
      usage: "lost-device NUMBER --yes",
      about: "take a device of yours out of all circles",
      run: removeEverywhere,
    },
  ],
};

const unanswered = exitLater(
  "unanswered",
  "Asked, but the other device has not answered yet: `halqa linking` shows how far it is.",
);

function printLinking(session: Session, linking: LinkingView): void {
  session.print({ type: "linking", ...linking });
}

/** Waits for the app's view of linking to be so; what it shows then, or what it shows at the end of the wait. */
async function untilLinking(
  session: Session,
  holds: (linking: LinkingView) => boolean,
): Promise<{ readonly linking?: LinkingView; readonly holds: boolean }> {
  const isThere = ({ linking }: AppView): boolean =>
    linking !== undefined && holds(linking);
  const seen = session.settings.offline
    ? undefined
    : await waitFor(session, { query: "app" }, isThere);
  const { linking } = seen ?? (await look(session, { query: "app" }));
  return linking === undefined
    ? { holds: false }
    : { linking, holds: seen !== undefined };
}

async function startLinking(session: Session): Ending {
  const started = await act(session, { command: "start-linking" });
  if (!started.ok) return started.error;
  const { linking } = await look(session, { query: "app" });
  if (linking !== undefined) printLinking(session, linking);
  return showCode(session);
}

async function linkDevice(session: Session, given: Given): Ending {
  const link = given.text("LINK");
  const offered = await act(session, { command: "link-device", link });
  return offered.ok ? showCode(session) : offered.error;
}

async function showCode(session: Session): Ending {
  const { linking, holds } = await untilLinking(
    session,
    ({ state }) => state !== "waiting",
  );
  if (linking !== undefined && holds) printLinking(session, linking);
  return holds ? undefined : unanswered;
}

async function showLinking(session: Session): Ending {
  const { linking } = await look(session, { query: "app" });
  if (linking === undefined) return refusal("nothing-to-do");
  printLinking(session, linking);
  return undefined;
}

const differs = exitRefused(
  "different-codes",
  "The other device shows other digits, so somebody stands between: say `halqa link-cancel` on both.",
);

const ends: readonly LinkingView["state"][] = [
  "done",
  "cancelled",
  "expired",
  "failed",
];

async function confirmLinking(session: Session, given: Given): Ending {
  const { linking } = await untilLinking(
    session,
    ({ code }) => code !== undefined,
  );
  if (linking === undefined) return refusal("nothing-to-do");
  if (linking.code === undefined) return unanswered;
  if (given.text("CODE").replaceAll(/\D/g, "") !== linking.code) return differs;
  if (linking.state === "comparing") {
    const done = await act(session, { command: "confirm-linking" });
    if (!done.ok) return done.error;
  }
  const after = await untilLinking(session, ({ state }) =>
    ends.includes(state),
  );
  // On the device that was there, the circles still have to take the new one in.
  await deliverEverywhere(session);
  if (after.linking !== undefined) printLinking(session, after.linking);
  return after.holds ? undefined : unanswered;
}

async function deliverEverywhere(session: Session): Promise<boolean> {
  const { circles } = await look(session, { query: "app" });
  let all = true;
  for (const { circle } of circles) {
    await catchUp(session, circle);
    all = (await deliver(session, circle)) && all;
  }
  return all;
}

async function cancelLinking(session: Session): Ending {
  const done = await act(session, { command: "cancel-linking" });
  if (!done.ok) return done.error;
  session.print({ type: "done" });
  return undefined;
}

async function removeDevice(
  session: Session,
  given: Given,
  { circle }: Place,
): Ending {
  const device = given.number("NUMBER");
  if (device === undefined) return usageFailure(`halqa ${given.form.usage}`);
  const member = given.maybe("owner");
  const done = await act(session, {
    command: "remove-device",
    circle,
    device,
    ...(member === undefined ? {} : { member }),
  });
  if (!done.ok) return done.error;
  if (!(await deliver(session, circle))) return notDelivered;
  session.print({ type: "done" });
  return undefined;
}

async function removeEverywhere(session: Session, given: Given): Ending {
  const device = given.number("NUMBER") ?? 0;
  const done = await act(session, { command: "remove-device", device });
  if (!done.ok) return done.error;
  if (!(await deliverEverywhere(session))) return notDelivered;
  session.print({ type: "done" });
  return undefined;
}
