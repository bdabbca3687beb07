// The people of a circle: roles, removal, stewards by the members' own word, and making sure who somebody is.

import type { Command, MemberRole, MemberView } from "@halqa/engine";
import type { Given } from "../form.ts";
import {
  exitRefused,
  notDelivered,
  refusal,
  usageFailure,
} from "../outcome.ts";
import { act, look, type Session } from "../session.ts";
import {
  acting,
  actIn,
  inCircle,
  type Ending,
  type Group,
  type Place,
} from "./entry.ts";

export const memberCommands: Group = {
  title: "Members",
  entries: [
    {
      usage: "members CIRCLE",
      about: "list the members, and whom the circle holds",
      run: inCircle(listMembers),
    },
    {
      usage: "role CIRCLE MEMBER steward|member|reader",
      about: "make someone a steward, a member or a reader",
      run: inCircle(changeRole),
    },
    {
      usage: "remove CIRCLE MEMBER",
      about: "remove a member: new keys, new address",
      run: acting((given, circle) => ({
        command: "remove-member",
        circle,
        member: given.text("MEMBER"),
      })),
    },
    {
      usage: "hold CIRCLE MEMBER",
      about: "remove a member who may come back",
      run: acting((given, circle) => ({
        command: "hold",
        circle,
        member: given.text("MEMBER"),
      })),
    },
    {
      usage: "return CIRCLE ID",
      about: "let someone come back whom the circle holds",
      more: "By the id that `halqa members` shows: names of those who went are not kept.",
      run: acting((given, circle) => ({
        command: "let-return",
        circle,
        member: given.text("ID"),
      })),
    },
    {
      usage: "petition CIRCLE MEMBER",
      about: "give your word that a member become a steward",
      more: "For circles whose stewards are gone: when more than half of the members said so, it is done.",
      run: inCircle(petition),
    },
    {
      usage: "petitions CIRCLE",
      about: "for whom words are being gathered",
      run: inCircle(listPetitions),
    },
    {
      usage: "verify CIRCLE MEMBER [--code CODE] [--yes] [--no]",
      about: "the number that you and a member compare",
      more: "--yes when you have compared it and it is the same; --no takes the mark away; --code CODE compares with the code that the other's `halqa verify` shows.",
      run: inCircle(verify),
    },
  ],
};

async function listMembers(
  session: Session,
  _: Given,
  { circle }: Place,
): Ending {
  const view = await look(session, { query: "circle", circle });
  for (const member of view.members)
    session.print({ type: "member", circle, ...member });
  if (view.removal !== undefined)
    session.print({ type: "removal", circle, ...view.removal });
  for (const { member } of view.held)
    session.print({ type: "held", circle, member });
  return undefined;
}

type RoleCommand = "promote" | "demote" | "make-reader" | "make-member";

/** What leads from one role to another; readers who become stewards need no step between. */
function stepTo(role: MemberRole, wanted: string): RoleCommand | undefined {
  if (role === wanted) return undefined;
  if (wanted === "steward") return "promote";
  if (wanted === "reader") return "make-reader";
  return role === "steward" ? "demote" : "make-member";
}

async function changeRole(
  session: Session,
  given: Given,
  { circle }: Place,
): Ending {
  const found = await memberOf(session, given, circle);
  if (found === undefined) return refusal("unknown-member");
  const { member, role } = found;
  const command = stepTo(role, given.text("steward|member|reader"));
  return command === undefined
    ? refusal("nothing-to-do")
    : actIn(session, circle, { command, circle, member });
}

async function memberOf(
  session: Session,
  given: Given,
  circle: string,
): Promise<MemberView | undefined> {
  const { members } = await look(session, { query: "circle", circle });
  return members.find(({ member }) => member === given.text("MEMBER"));
}

async function petition(
  session: Session,
  given: Given,
  { circle }: Place,
): Ending {
  const member = given.text("MEMBER");
  const { petitions } = await look(session, { query: "circle", circle });
  const isBegun = petitions.some((one) => one.member === member);
  return actIn(session, circle, {
    command: isBegun ? "approve-promotion" : "ask-promotion",
    circle,
    member,
  });
}

async function listPetitions(
  session: Session,
  _: Given,
  { circle, reached }: Place,
): Ending {
  const { petitions } = await look(session, { query: "circle", circle });
  for (const one of petitions)
    session.print({ type: "petition", circle, ...one });
  return reached || session.settings.offline ? undefined : notDelivered;
}

const differs = exitRefused(
  "different-codes",
  "The codes differ: one of you does not see the other's keys, so do not trust what is said here until you have met.",
);

async function verify(session: Session, given: Given, place: Place): Ending {
  const { circle } = place;
  const member = given.text("MEMBER");
  const ways = ["code", "yes", "no"].filter((way) => given.has(way));
  if (ways.length > 1) return usageFailure(`halqa ${given.form.usage}`);
  const command = markCommand(given, { circle, member });
  if (command !== undefined) {
    const marked = await act(session, command);
    if (!marked.ok) return marked.error;
    if (marked.value.kind === "compared" && !marked.value.same) return differs;
  }
  const shown = await act(session, {
    command: "safety-number",
    circle,
    member,
  });
  if (!shown.ok) return shown.error;
  const found = await memberOf(session, given, circle);
  if (shown.value.kind !== "safety-number" || found === undefined)
    return refusal("unknown-member");
  const { number, code } = shown.value;
  const { name, verified } = found;
  session.print({
    type: "safety",
    circle,
    member,
    name,
    verified,
    number,
    code,
  });
  return undefined;
}

function markCommand(
  given: Given,
  who: { readonly circle: string; readonly member: string },
): Command | undefined {
  const code = given.maybe("code");
  if (code !== undefined) return { command: "compare-safety", ...who, code };
  if (!given.has("yes") && !given.has("no")) return undefined;
  return { command: "mark-verified", ...who, verified: given.has("yes") };
}
