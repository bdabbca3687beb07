// What a command is made of. Most commands are one line of words and one of what the engine is asked: `acting` does the
// rest.

import type { CircleSummary, Command, MemberView } from "@halqa/engine";
import { err, ok, type Result } from "@halqa/bytes";
import type { Call } from "../call.ts";
import type { Given } from "../form.ts";
import { exitLater, notDelivered, refusal, type Failure } from "../outcome.ts";
import type { Surroundings } from "../engine-session.ts";
import {
  act,
  catchUp,
  deliver,
  findCircle,
  look,
  type Session,
} from "../session.ts";

/** A failure, or undefined when all went well. */
export type Ending = Promise<Failure | undefined>;

interface Described {
  /** How it is called: words in capitals are the person's (form.ts). */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly about: string;
  /** What else there is to know, for `halqa help COMMAND`. */
  readonly more?: string;
}

/** A command that needs the engine. */
export interface EngineEntry extends Described {
  readonly run: (session: Session, given: Given) => Ending;
}

/** A command that does its work without one, or starts its own. */
export interface LoneEntry extends Described {
  readonly alone: (
    around: Surroundings & { readonly call: Call },
    given: Given,
  ) => Ending;
}

export type Entry = EngineEntry | LoneEntry;

/** Commands that belong together, for a newcomer's eye. */
export interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** A circle that was found and read to its end, as far as the relay could be reached. */
export interface Place {
  readonly circle: string;
  readonly summary: CircleSummary;
  readonly reached: boolean;
}

/** For commands about a circle: finds CIRCLE, brings it up to date, and puts ids in place of members' names. */
export function inCircle(
  work: (session: Session, given: Given, place: Place) => Ending,
): EngineEntry["run"] {
  return async (session, given) => {
    const found = await findCircle(session, given.text("CIRCLE"));
    if (!found.ok) return found.error;
    const { circle } = found.value;
    // Whom or what it is about may still lie at the relay.
    const reached = await catchUp(session, circle);
    const { summary, members } = await look(session, {
      query: "circle",
      circle,
    });
    const known = withMembers(given, members);
    if (!known.ok) return known.error;
    return work(session, known.value, { circle, summary, reached });
  };
}

/** For commands that ask the engine one thing: prints the id of what was said, or that it is done, once the relay keeps it. */
export function acting(
  command: (given: Given, circle: string) => Command | Failure,
): EngineEntry["run"] {
  return inCircle((session, given, { circle }) => {
    const wanted = command(given, circle);
    return "sentence" in wanted
      ? Promise.resolve(wanted)
      : actIn(session, circle, wanted);
  });
}

/** Gives the engine a command, and waits until what it did is with the relay. */
export async function actIn(
  session: Session,
  circle: string,
  command: Command,
): Ending {
  const done = await act(session, command);
  if (!done.ok) return done.error;
  const { value } = done;
  // Known before it is delivered, and good for a later call whatever becomes of this one.
  if (value.kind === "item")
    session.print({ type: "item", circle, id: value.id });
  if (!(await deliver(session, circle))) return undelivered(session, circle);
  if (value.kind !== "item") session.print({ type: "done" });
  return undefined;
}

/** Why what was done is still here: whoever was let in a moment ago waits for the steward, and not for the relay. */
async function undelivered(session: Session, circle: string): Promise<Failure> {
  const { summary } = await look(session, { query: "circle", circle });
  return summary.standing === "unconfirmed"
    ? exitLater(
        "not-delivered",
        "Kept on this device: it leaves when the steward who let you in was heard here, which takes a `halqa sync` of theirs, and then one of yours.",
      )
    : notDelivered;
}

/** The places of a call that name members, with their ids. */
function withMembers(
  given: Given,
  members: readonly MemberView[],
): Result<Given, Failure> {
  const { words, options } = given.form;
  const slots = [...words, ...options.values()];
  let known = given;
  for (const { name, value } of slots) {
    const word = value === "MEMBER" ? given.maybe(name) : undefined;
    // Nobody, where that can be said.
    if (word === undefined || word === "") continue;
    const member = findMember(members, word);
    if (!member.ok) return member;
    known = known.with(name, member.value.member);
  }
  return ok(known);
}

/** By id only when exact, by name only when one member has it: names can be chosen to mislead. */
function findMember(
  members: readonly MemberView[],
  word: string,
): Result<MemberView, Failure> {
  const byId = members.filter(({ member }) => member === word);
  const byName = members.filter(({ name }) => name === word);
  const [found, other] = byId.length > 0 ? byId : byName;
  if (found === undefined) return err(refusal("unknown-member"));
  if (other === undefined) return ok(found);
  return err({
    ...refusal("unknown-member"),
    error: "ambiguous",
    sentence: `Several members are called so: take the id from \`halqa members\`.`,
  });
}
