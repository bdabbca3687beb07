// How people come in: invites, requests, the code that both sides compare, and joining.

import type { CircleView, RequestView } from "@halqa/engine";
import type { Given } from "../form.ts";
import { exitLater, notDelivered, refusal, usageFailure } from "../outcome.ts";
import { act, deliver, look, waitFor, type Session } from "../session.ts";
import {
  acting,
  inCircle,
  type Ending,
  type Group,
  type Place,
} from "./entry.ts";

export const joiningCommands: Group = {
  title: "Inviting and joining",
  entries: [
    {
      usage: "invite CIRCLE [--uses N] [--days N] [--auto]",
      about: "make an invite and print it",
      more: "10 uses and 7 days unless told. --auto: whoever has the link is let in by any member's device, without asking.",
      run: inCircle(invite),
    },
    {
      usage: "invites CIRCLE",
      about: "list the invites",
      run: inCircle(listInvites),
    },
    {
      usage: "revoke CIRCLE INVITE",
      about: "end an invite",
      run: acting((given, circle) => ({
        command: "revoke-invite",
        circle,
        invite: given.text("INVITE"),
      })),
    },
    {
      usage: "join LINK [--name YOURS] [--wait]",
      about: "ask to join; --wait until a steward answers",
      more: "With --wait it prints the code to compare when a steward asks for one (`halqa check`).",
      run: join,
    },
    {
      usage: "requests CIRCLE",
      about: "who asks to join",
      run: inCircle(listRequests),
    },
    {
      usage: "check CIRCLE REQUEST",
      about: "show both sides a code, to be read to each other",
      more: "The other device has to be there: `halqa join ... --wait`. Differing codes mean that somebody stands between: decline.",
      run: inCircle(check),
    },
    {
      usage: "approve CIRCLE [REQUEST] [--all]",
      about: "let someone in",
      run: inCircle((session, given, place) =>
        decide(session, given, { ...place, answer: "approve" }),
      ),
    },
    {
      usage: "decline CIRCLE [REQUEST] [--all]",
      about: "turn someone down",
      run: inCircle((session, given, place) =>
        decide(session, given, { ...place, answer: "decline" }),
      ),
    },
  ],
};

async function invite(
  session: Session,
  given: Given,
  { circle }: Place,
): Ending {
  const made = await act(session, {
    command: "create-invite",
    circle,
    maxUses: given.number("uses") ?? 10,
    days: given.number("days") ?? 7,
    ...(given.has("auto") ? { auto: true } : {}),
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
  if (open === undefined || shown === undefined) return notDelivered;
  printInvite(session, open, shown);
  return undefined;
}

async function listInvites(
  session: Session,
  _: Given,
  { circle, reached }: Place,
): Ending {
  const view = await look(session, { query: "circle", circle });
  for (const one of view.invites) printInvite(session, view, one);
  return reached || session.settings.offline ? undefined : notDelivered;
}

function printInvite(
  session: Session,
  { summary: { circle }, relays }: CircleView,
  shown: CircleView["invites"][number],
): void {
  // Where the circle is now: the relay of `init` may be gone.
  const relay = relays[0]?.url ?? session.relayUrl;
  const url = `${appAddress(relay)}#${shown.link ?? ""}`;
  session.print({ type: "invite", ...shown, circle, url });
}

/** A relay serves the app at its own address. */
function appAddress(relayUrl: string): string {
  const url = new URL(relayUrl);
  url.protocol = url.protocol === "wss:" ? "https:" : "http:";
  return url.href;
}

async function join(session: Session, given: Given): Ending {
  const link = given.text("LINK");
  const details = await act(session, { command: "inspect-invite", link });
  if (!details.ok) return details.error;
  if (details.value.kind === "invite-details") {
    const { kind: _, ...shown } = details.value;
    session.print({ type: "invite-details", ...shown });
  }
  const { profile } = await look(session, { query: "app" });
  if (profile === undefined) return refusal("no-profile");
  const asked = await act(session, {
    command: "request-join",
    link,
    memberName: given.maybe("name") ?? profile.name,
  });
  if (!asked.ok) return asked.error;
  if (asked.value.kind !== "circle") return undefined;
  return followJoining(session, asked.value.circle, given.has("wait"));
}

async function followJoining(
  session: Session,
  circle: string,
  wait: boolean,
): Ending {
  let shown: string | undefined;
  const seen = session.settings.offline
    ? undefined
    : await waitFor(session, { query: "circle", circle }, (view) => {
        const { joinCode, summary } = view;
        if (joinCode !== undefined && joinCode !== shown) {
          session.print({ type: "join-code", circle, code: joinCode });
          shown = joinCode;
        }
        return wait
          ? ["member", "declined"].includes(summary.standing)
          : summary.queued === 0;
      });
  const view = seen ?? (await look(session, { query: "circle", circle }));
  session.print({ type: "circle", ...view.summary });
  if (seen !== undefined) return undefined;
  const isAsked = wait && view.summary.queued === 0;
  if (!isAsked || session.settings.offline) return notDelivered;
  return view.summary.standing === "waiting" ? unasked : unheard;
}

async function listRequests(
  session: Session,
  _: Given,
  { circle, reached }: Place,
): Ending {
  const { requests } = await look(session, { query: "circle", circle });
  for (const request of requests) printRequest(session, circle, request);
  return reached || session.settings.offline ? undefined : notDelivered;
}

function printRequest(
  session: Session,
  circle: string,
  request: RequestView,
): void {
  session.print({ type: "request", circle, ...request });
}

const unasked = exitLater(
  "unanswered",
  "Asked, but no steward has answered yet: `halqa sync` looks again.",
);

const unheard = exitLater(
  "unanswered",
  "You are let in, but the steward who invited was not heard inside yet: `halqa sync` looks again.",
);

const unanswered = exitLater(
  "unanswered",
  "Asked, but the other device has not answered yet: `halqa requests` shows the code when it has.",
);

async function check(session: Session, given: Given, place: Place): Ending {
  const { circle } = place;
  const id = given.text("REQUEST");
  const asked = await act(session, {
    command: "check-request",
    circle,
    request: id,
  });
  if (!asked.ok) return asked.error;
  if (!(await deliver(session, circle))) return notDelivered;
  const find = ({ requests }: CircleView): RequestView | undefined =>
    requests.find((one) => one.id === id && one.code !== undefined);
  const view = await waitFor(
    session,
    { query: "circle", circle },
    (seen) => find(seen) !== undefined,
  );
  const answered = view && find(view);
  if (answered === undefined) return unanswered;
  printRequest(session, circle, answered);
  // Our half of the code has to be with the relay, or the other side never sees it.
  return (await deliver(session, circle)) ? undefined : notDelivered;
}

/** One request, or all of them. */
async function decide(
  session: Session,
  given: Given,
  o: Place & { readonly answer: "approve" | "decline" },
): Ending {
  const { answer, circle } = o;
  const word = given.maybe("REQUEST");
  const all = given.has("all");
  if (all === (word !== undefined))
    return usageFailure(`halqa ${answer} CIRCLE REQUEST, or --all`);
  const { requests } = await look(session, { query: "circle", circle });
  const chosen = requests.filter(
    ({ id, state }) => state === "asking" && (all || id === word),
  );
  if (!all && chosen.length === 0) return refusal("unknown-request");
  for (const { id } of chosen) {
    const done = await act(session, { command: answer, circle, request: id });
    if (!done.ok) return done.error;
  }
  if (!(await deliver(session, circle))) return notDelivered;
  session.print({ type: "done" });
  return undefined;
}
