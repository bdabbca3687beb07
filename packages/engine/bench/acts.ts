/** What people do with their devices, and waiting until it shows: through commands and views alone, as an app does it. */
import type {
  Command,
  CommandValue,
  EngineClient,
  Query,
  View,
} from "../src/index.ts";
import type { Device } from "./device.ts";

type Client = { readonly engine: EngineClient };
type ViewOf<Q extends Query> = Extract<View, { view: Q["query"] }>;

const PATIENCE_MS = 300_000;
const QUIET_MS = 300;

/** A command that must be granted. */
export async function must(
  { engine }: Client,
  command: Command,
): Promise<CommandValue> {
  const reply = await engine.run(command);
  if (reply.ok) return reply.value;
  throw new Error(`${command.command} gave ${reply.error}`);
}

/** The first view of a query for which something is so. */
export function viewWhere<Q extends Query>(
  { engine }: Client,
  query: Q,
  isSo: (view: ViewOf<Q>) => boolean,
): Promise<ViewOf<Q>> {
  return new Promise((resolve, reject) => {
    let stop: (() => void) | undefined;
    let isOver = false;
    const timer = setTimeout(() => {
      reject(new Error(`no ${query.query} is so`));
    }, PATIENCE_MS);
    stop = engine.watch(query, (view) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a query is answered by the view of its name
      const own = view as ViewOf<Q>;
      if (isOver || !isSo(own)) return;
      isOver = true;
      clearTimeout(timer);
      stop?.();
      resolve(own);
    });
    if (isOver) stop();
  });
}

/** A new circle of this person. */
export async function found(device: Client, name: string): Promise<string> {
  await must(device, { command: "set-profile", name });
  const founded = await must(device, {
    command: "found-circle",
    name: "Bread and roses",
    memberName: name,
  });
  if (founded.kind !== "circle") throw new Error("a circle was founded");
  return founded.circle;
}

/** The link of a new invite. */
export async function invite(
  steward: Client,
  circle: string,
  maxUses: number,
): Promise<string> {
  const made = await must(steward, {
    command: "create-invite",
    circle,
    maxUses,
    days: 7,
  });
  if (made.kind !== "invite") throw new Error("an invite was made");
  const query = { query: "circle", circle } as const;
  const { invites } = await viewWhere(steward, query, (view) =>
    view.invites.some(
      ({ id, state }) => id === made.invite && state === "open",
    ),
  );
  const link = invites.find(({ id }) => id === made.invite)?.link;
  if (link === undefined) throw new Error("a steward has the link");
  return link;
}

/** Asks by a link; resolves when the steward's device knows it. */
export async function ask(
  o: { readonly steward: Client; readonly joiner: Client },
  circle: string,
  { link, name }: { readonly link: string; readonly name: string },
): Promise<void> {
  await must(o.joiner, { command: "set-profile", name });
  await must(o.joiner, { command: "request-join", link, memberName: name });
  await viewWhere(o.steward, { query: "circle", circle }, ({ requests }) =>
    requests.some((one) => one.name === name && one.state === "asking"),
  );
}

/** Approves everybody who asks. */
export async function approveAll(
  steward: Client,
  circle: string,
): Promise<void> {
  const { requests } = await viewWhere(
    steward,
    { query: "circle", circle },
    () => true,
  );
  for (const { id, state } of requests) {
    if (state === "asking")
      await must(steward, { command: "approve", circle, request: id });
  }
}

/** Lets a person in, who is then a member and has read everything. */
export async function letIn(
  o: { readonly steward: Client; readonly joiner: Client },
  circle: string,
  who: { readonly link: string; readonly name: string },
): Promise<void> {
  await ask(o, circle, who);
  await approveAll(o.steward, circle);
  await untilMember(o.joiner, circle);
  await untilRead(o.joiner, circle);
}

export async function untilMember(
  device: Client,
  circle: string,
): Promise<void> {
  await viewWhere(
    device,
    { query: "circle", circle },
    ({ summary }) => summary.standing === "member",
  );
}

/** Until everything that the relay has was read and stored. */
export async function untilRead(device: Client, circle: string): Promise<void> {
  await viewWhere(device, { query: "app" }, ({ circles }) =>
    circles.some((one) => one.circle === circle && one.caughtUp),
  );
}

/** Until the store has had nothing to do for a while: what follows when nothing else is to be done, as an index, is done. */
export async function untilQuiet({ lastUse }: Device): Promise<void> {
  while (performance.now() - lastUse() < QUIET_MS) await wait(QUIET_MS / 4);
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
