/** Commands about the person and about circles as a whole: profile, founding, forgetting, marks. */
import { encodeBase64url } from "@halqa/bytes";
import { composeName, markRead } from "@halqa/model";
import { foundCircle } from "../../circle/found.ts";
import { isRelayUrl } from "../../circle/relay-record.ts";
import type { RelayRecord } from "../../circle/relay-record.ts";
import {
  createCircleRecord,
  createOwnInbox,
  dropCircle,
  withDesk,
} from "../circle-record.ts";
import type { Durable } from "../durable.ts";
import { enterList } from "../joining.ts";
import { noteEpoch } from "../repair-keys.ts";
import { MAX_CIRCLES, MAX_HOMES } from "../limits.ts";
import { accept, recordOf, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import type { JobContext } from "../job-context.ts";

export function setProfile(
  { state }: JobContext,
  command: CommandOf<"set-profile">,
): CommandOutcome {
  const name = composeName(command.name);
  if (!name.ok) return refuse("bad-text");
  const { durable } = state;
  const root = { ...durable.root, profile: { name: name.value } };
  return { value: { kind: "done" }, durable: { ...durable, root } };
}

export function foundCircleBy(
  context: JobContext,
  command: CommandOf<"found-circle">,
): CommandOutcome {
  const { env, state } = context;
  const { root } = state.durable;
  if (root.profile === undefined) return refuse("no-profile");
  if (root.circles.length >= MAX_CIRCLES) return refuse("bad-number");
  const name = composeName(command.name);
  const memberName = composeName(command.memberName);
  if (!name.ok || !memberName.ok) return refuse("bad-text");
  const relay = homeRelay(context);
  if (relay === undefined) return refuse("no-relay");
  const inbox = createOwnInbox(env, relay);
  const circle = foundCircle(env, {
    identitySeed: root.identitySeed,
    name: name.value,
    memberName: memberName.value,
    kind: command.kind ?? "circle",
    relay,
    sendId: inbox.sendId,
    now: Math.floor(env.now / 1_000),
  });
  const id = encodeBase64url(circle.info.circleId);
  const record = createCircleRecord({
    id,
    name: name.value,
    memberKey: circle.memberKey,
    place: "founding",
    now: env.now,
    inbox,
  });
  const pinned = pinHome(state.durable, relay);
  const made = enterList(
    { env, state: { ...state, durable: pinned } },
    noteEpoch(env, { ...record, circle }),
    { circle, change: "founded" },
  );
  return { value: { kind: "circle", circle: id }, ...made };
}

/** EN-28: the default relay's key is pinned when it is first used, and from then on it is the one that counts. */
export function homeRelay({ env, state }: JobContext): RelayRecord | undefined {
  const { homes, home } = state.durable.root;
  const wanted = homes.find(({ url }) => url === home);
  if (wanted !== undefined) return wanted;
  const offered = env.defaultRelay;
  const isUsable = offered !== undefined && isRelayUrl(offered.url);
  if (!isUsable) return homes.at(-1);
  const { url, relayPub } = offered;
  const pinned = homes.find((one) => one.url === url);
  return pinned ?? { url, relayPub, access: undefined };
}

export function pinHome(durable: Durable, home: RelayRecord): Durable {
  const { root } = durable;
  if (root.homes.includes(home)) return durable;
  const homes = [...root.homes, home].slice(-MAX_HOMES);
  return { ...durable, root: { ...root, homes } };
}

/** EN-15: only what this device is not in any more, or not yet, can be forgotten; its items go in the background. */
export function forgetCircle(
  context: JobContext,
  { circle }: CommandOf<"forget-circle">,
): CommandOutcome {
  const record = recordOf(context, circle);
  if (record === undefined) return refuse("unknown-circle");
  const { place, summary } = record.desk;
  // A closed circle has nothing more to come, so it may go.
  const isOpen = record.circle?.info.isClosed !== true;
  if (isOpen && (place === "in" || place === "founding"))
    return refuse("already-in");
  const left = dropCircle(context.state.durable, circle);
  const items = summary.nextOrdinal;
  const erasing = [...left.root.erasing, { circle, items }];
  const durable =
    items === 0 ? left : { ...left, root: { ...left.root, erasing } };
  return { value: { kind: "done" }, durable };
}

export function markReadTo(
  context: JobContext,
  { circle, to }: CommandOf<"mark-read">,
): CommandOutcome {
  const record = recordOf(context, circle);
  if (record === undefined) return refuse("unknown-circle");
  if (!Number.isSafeInteger(to)) return refuse("bad-number");
  const summary = markRead(record.desk.summary, to);
  return accept(
    context,
    summary === record.desk.summary ? undefined : withDesk(record, { summary }),
  );
}
