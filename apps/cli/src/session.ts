// What a command works with: the engine, and ways to wait for what views tell.

import type {
  AppView,
  CircleSummary,
  CircleView,
  Command,
  CommandValue,
  Engine,
  EngineClient,
  FilesView,
  Query,
  TimelineView,
  View,
} from "@halqa/engine";
import { err, ok, type Result } from "@halqa/bytes";
import type { Settings } from "./call.ts";
import { exitCodes } from "./exit-codes.ts";
import { refusal, type Failure } from "./outcome.ts";
import type { SecretName } from "./secret-name.ts";
import type { Printed } from "./printed.ts";

type ViewOf<Q extends Query> = Q extends { query: "app" }
  ? AppView
  : Q extends { query: "circle" }
    ? CircleView
    : Q extends { query: "files" }
      ? FilesView
      : TimelineView;

export interface Session {
  readonly client: EngineClient;
  readonly backup: Engine["backup"];
  readonly settings: Settings;
  readonly relayUrl: string;
  readonly print: (printed: Printed) => void;
  readonly secret: (name: SecretName) => string | undefined;
  /** Resolves when the person ends a lasting command (Ctrl-C). */
  readonly ended: Promise<void>;
}

/** Runs a command of the engine; its refusals become failures. */
export async function act(
  session: Session,
  command: Command,
): Promise<Result<CommandValue, Failure>> {
  const reply = await session.client.run(command);
  return reply.ok ? ok(reply.value) : err(refusal(reply.error));
}

/** The first view of `query` that satisfies `holds`, or undefined when the time is over. */
export function waitFor<Q extends Query>(
  session: Session,
  query: Q,
  holds: (view: ViewOf<Q>) => boolean,
): Promise<ViewOf<Q> | undefined> {
  return new Promise((resolve) => {
    let stop: (() => void) | undefined;
    let ended = false;
    const end = (view: ViewOf<Q> | undefined): void => {
      ended = true;
      clearTimeout(timer);
      stop?.();
      resolve(view);
    };
    const timer = setTimeout(() => end(undefined), session.settings.timeout);
    stop = session.client.watch(query, (view: View) => {
      if (ended || !answers(query, view)) return;
      if (holds(view)) end(view);
    });
    if (ended) stop();
  });
}

function answers<Q extends Query>(query: Q, view: View): view is ViewOf<Q> {
  return query.query === view.view;
}

/** The same session, waiting no longer than this. */
export function patience(session: Session, ms: number): Session {
  const { settings } = session;
  const timeout = Math.min(settings.timeout, ms);
  return { ...session, settings: { ...settings, timeout } };
}

/** The view as it is now, without waiting for the relay. */
export async function look<Q extends Query>(
  session: Session,
  query: Q,
): Promise<ViewOf<Q>> {
  const patient = { ...session.settings, timeout: 60_000 };
  const view = await waitFor(
    { ...session, settings: patient },
    query,
    () => true,
  );
  if (view === undefined) throw new Error("the engine shows no view");
  return view;
}

/** Waits until the circle has read its log to the end; says whether it has. */
export async function catchUp(
  session: Session,
  circle: string,
): Promise<boolean> {
  if (session.settings.offline) return false;
  const view = await waitFor(session, { query: "circle", circle }, (seen) =>
    isSettled(seen.summary),
  );
  return view !== undefined;
}

/** Waits until nothing of the circle is to be sent any more; says whether that came. */
export async function deliver(
  session: Session,
  circle: string,
): Promise<boolean> {
  if (session.settings.offline) return false;
  const view = await waitFor(session, { query: "circle", circle }, (seen) => {
    // Whoever leaves is let out by the others, when one of them is there: nothing else waits for that.
    const wishes = seen.pending.filter(({ act: name }) => name === "leave");
    return (
      seen.summary.queued <= wishes.length &&
      seen.pending.length === wishes.length
    );
  });
  return view !== undefined;
}

// A circle that is over has no log to catch up with; one that is being entered is about to have one.
function isSettled({ caughtUp, standing, repair }: CircleSummary): boolean {
  if (standing === "declined" || standing === "removed") return true;
  if (standing === "halted" || standing === "restored") {
    // Who has asked is answered in the inbox.
    const isAsking = repair !== undefined && repair.asked > 0;
    return !isAsking || (caughtUp && !repair.coming);
  }
  return caughtUp && standing !== "joining";
}

/** Finds a circle by its id, an unambiguous beginning of it, or its exact name. */
export async function findCircle(
  session: Session,
  word: string,
): Promise<Result<CircleSummary, Failure>> {
  const { circles } = await look(session, { query: "app" });
  if (word === "") return err(refusal("unknown-circle"));
  const exact = circles.filter((circle) => circle.circle === word);
  const named = circles.filter((circle) => circle.name === word);
  const begun = circles.filter((circle) => circle.circle.startsWith(word));
  const found = [exact, named, begun].find((list) => list.length > 0) ?? [];
  const [first, second] = found;
  if (first === undefined) return err(refusal("unknown-circle"));
  if (second !== undefined) {
    return err({
      code: exitCodes.refused,
      error: "ambiguous",
      sentence: `"${word}" fits several circles: give more of the id.`,
    });
  }
  return ok(first);
}
