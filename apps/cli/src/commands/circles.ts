// Circles: founding, listing, inviting, joining, members.

import { err, ok, type Result } from "@halqa/bytes";
import type { Call } from "../call.ts";
import { textOf } from "../call.ts";
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
  waitFor,
  type Session,
} from "../session.ts";

/** A failure, or undefined when all went well. */
export type Ending = Promise<Failure | undefined>;

export async function foundCircle(session: Session, call: Call): Ending {
  const name = call.words[2];
  if (name === undefined) return usageFailure("halqa circle create NAME");
  const profile = (await look(session, { query: "app" })).profile;
  if (profile === undefined) return refusal("no-profile");
  const memberName = textOf(call.options["name"]) ?? profile.name;
  const made = await act(session, {
    command: "found-circle",
    name,
    memberName,
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

export async function listCircles(session: Session): Ending {
  const before = await look(session, { query: "app" });
  for (const { circle } of before.circles) await catchUp(session, circle);
  const { circles } = await look(session, { query: "app" });
  for (const circle of circles) session.print({ type: "circle", ...circle });
  return undefined;
}

export async function invite(session: Session, call: Call): Ending {
  const found = await findCircle(session, call.words[1]);
  if (!found.ok) return found.error;
  const uses = wholeNumber(call, "uses", 10);
  const days = wholeNumber(call, "days", 7);
  if (!uses.ok) return uses.error;
  if (!days.ok) return days.error;
  const { circle } = found.value;
  const made = await act(session, {
    command: "create-invite",
    circle,
    maxUses: uses.value,
    days: days.value,
  });
  if (!made.ok) return made.error;
  if (made.value.kind !== "invite") return undefined;
  const id = made.value.invite;
  const open = session.settings.offline
    ? undefined
    : await waitFor(session, { query: "circle", circle }, (view) =>
        view.invites.some((one) => one.id === id && one.state === "open"),
      );
  const shown = open?.invites.find((one) => one.id === id);
  if (shown === undefined) return notDelivered;
  const url = `${appAddress(session.relayUrl)}#${shown.link ?? ""}`;
  session.print({ type: "invite", ...shown, circle, url });
  return undefined;
}

export async function join(session: Session, call: Call): Ending {
  const link = call.words[1];
  if (link === undefined) return usageFailure("halqa join LINK");
  const details = await act(session, { command: "inspect-invite", link });
  if (!details.ok) return details.error;
  if (details.value.kind === "invite-details") {
    const { kind: _, ...shown } = details.value;
    session.print({ type: "invite-details", ...shown });
  }
  const profile = (await look(session, { query: "app" })).profile;
  if (profile === undefined) return refusal("no-profile");
  const memberName = textOf(call.options["name"]) ?? profile.name;
  const asked = await act(session, {
    command: "request-join",
    link,
    memberName,
  });
  if (!asked.ok) return asked.error;
  if (asked.value.kind !== "circle") return undefined;
  return followJoining(session, asked.value.circle, call);
}

async function followJoining(
  session: Session,
  circle: string,
  call: Call,
): Ending {
  const wait = call.options["wait"] === true;
  const seen = session.settings.offline
    ? undefined
    : await waitFor(session, { query: "circle", circle }, ({ summary }) =>
        wait
          ? ["member", "declined"].includes(summary.standing)
          : summary.queued === 0,
      );
  const view = seen ?? (await look(session, { query: "circle", circle }));
  session.print({ type: "circle", ...view.summary });
  return seen === undefined ? notDelivered : undefined;
}

export async function listRequests(session: Session, call: Call): Ending {
  const found = await findCircle(session, call.words[1]);
  if (!found.ok) return found.error;
  const { circle } = found.value;
  const reached = await catchUp(session, circle);
  const { requests } = await look(session, { query: "circle", circle });
  for (const request of requests)
    session.print({ type: "request", ...request });
  return reached || session.settings.offline ? undefined : notDelivered;
}

/** `approve` and `decline`: one request, or all with --all. */
export async function answerRequests(session: Session, call: Call): Ending {
  const answer = call.words[0] === "approve" ? "approve" : "decline";
  const found = await findCircle(session, call.words[1]);
  if (!found.ok) return found.error;
  const { circle } = found.value;
  await catchUp(session, circle);
  const { requests } = await look(session, { query: "circle", circle });
  const word = call.words[2];
  const all = call.options["all"] === true;
  if (!all && word === undefined) {
    return usageFailure(`halqa ${answer} CIRCLE REQUEST, or --all`);
  }
  const chosen = requests.filter(
    ({ id, state }) => state === "asking" && (all || id === word),
  );
  if (!all && chosen.length === 0) return refusal("unknown-request");
  for (const { id } of chosen) {
    const done = await act(session, { command: answer, circle, request: id });
    if (!done.ok) return done.error;
  }
  return finishDelivery(session, circle);
}

export async function listMembers(session: Session, call: Call): Ending {
  const found = await findCircle(session, call.words[1]);
  if (!found.ok) return found.error;
  const { circle } = found.value;
  await catchUp(session, circle);
  const { members } = await look(session, { query: "circle", circle });
  for (const member of members) session.print({ type: "member", ...member });
  return undefined;
}

export async function removeMember(session: Session, call: Call): Ending {
  const found = await findCircle(session, call.words[1]);
  if (!found.ok) return found.error;
  const { circle } = found.value;
  const word = call.words[2];
  if (word === undefined) return usageFailure("halqa remove CIRCLE MEMBER");
  await catchUp(session, circle);
  const { members } = await look(session, { query: "circle", circle });
  // By id only when exact, by name only when one member has it: names can be chosen to mislead.
  const byId = members.filter(({ member }) => member === word);
  const byName = members.filter(({ name }) => name === word);
  const [target, other] = byId.length > 0 ? byId : byName;
  if (target === undefined || other !== undefined) {
    return refusal("unknown-member");
  }
  const { member } = target;
  const done = await act(session, { command: "remove-member", circle, member });
  if (!done.ok) return done.error;
  return finishDelivery(session, circle);
}

export async function forgetCircle(session: Session, call: Call): Ending {
  const found = await findCircle(session, call.words[1]);
  if (!found.ok) return found.error;
  const { circle } = found.value;
  const done = await act(session, { command: "forget-circle", circle });
  if (!done.ok) return done.error;
  session.print({ type: "done" });
  return undefined;
}

/** Waits until what was asked for is with the relay, and says so. */
async function finishDelivery(session: Session, circle: string): Ending {
  if (!(await deliver(session, circle))) return notDelivered;
  session.print({ type: "done" });
  return undefined;
}

/** A relay serves the app at its own address. */
function appAddress(relayUrl: string): string {
  const url = new URL(relayUrl);
  url.protocol = url.protocol === "wss:" ? "https:" : "http:";
  return url.href;
}

function wholeNumber(
  call: Call,
  option: string,
  otherwise: number,
): Result<number, Failure> {
  const text = textOf(call.options[option]);
  if (text === undefined) return ok(otherwise);
  if (!/^\d{1,6}$/.test(text)) {
    return err(usageFailure(`--${option} is a whole number.`));
  }
  return ok(Number(text));
}
