/** Small steps of which stories in a world of engines are made. */
import type { CircleView, TimelineView } from "../views/view.ts";
import { look, must, settle, tryLook } from "./world.ts";
import type { World } from "./world.ts";

/** Gives everybody a profile and lets the first one found a circle. */
export function found(world: World, founder: string): string {
  for (const name of world.devices.keys())
    must(world, name, { command: "set-profile", name });
  const founded = must(world, founder, {
    command: "found-circle",
    name: "Bread and roses",
    memberName: founder,
  });
  if (founded.kind !== "circle") throw new Error("a circle was founded");
  settle(world);
  return founded.circle;
}

/** The link of a new invite that is open. */
export function invite(
  world: World,
  steward: string,
  o: { readonly circle: string; readonly maxUses?: number },
): string {
  const made = must(world, steward, {
    command: "create-invite",
    circle: o.circle,
    maxUses: o.maxUses ?? 10,
    days: 7,
  });
  settle(world);
  if (made.kind !== "invite") throw new Error("an invite was made");
  const { invites } = circleView(world, steward, o.circle);
  const open = invites.find(({ id }) => id === made.invite);
  if (open?.link === undefined || open.state !== "open")
    throw new Error(`the invite is ${open?.state ?? "missing"}`);
  return open.link;
}

export function ask(world: World, name: string, link: string): void {
  must(world, name, { command: "request-join", link, memberName: name });
  settle(world);
}

/** Approves everybody who asks. */
export function approveAll(
  world: World,
  steward: string,
  circle: string,
): void {
  const { requests } = circleView(world, steward, circle);
  for (const { id, state } of requests) {
    if (state === "asking")
      must(world, steward, { command: "approve", circle, request: id });
  }
  settle(world);
}

/** A circle of the founder with the others in it. */
export function gather(
  world: World,
  founder: string,
  ...others: readonly string[]
): string {
  const circle = found(world, founder);
  if (others.length === 0) return circle;
  const link = invite(world, founder, { circle });
  for (const name of others) ask(world, name, link);
  approveAll(world, founder, circle);
  return circle;
}

export function say(
  world: World,
  name: string,
  o: {
    readonly circle: string;
    readonly text: string;
    readonly replyTo?: string;
  },
): string {
  const said = must(world, name, { command: "send", ...o });
  settle(world);
  if (said.kind !== "item") throw new Error("a message is an item");
  return said.id;
}

export function circleView(
  world: World,
  name: string,
  circle: string,
): CircleView {
  return look(world, name, { query: "circle", circle });
}

export function timeline(
  world: World,
  name: string,
  circle: string,
): TimelineView {
  return look(world, name, { query: "timeline", circle, limit: 2_000 });
}

/** What a device's person reads, in order: texts of messages and titles of notices. */
export function texts(
  world: World,
  name: string,
  circle: string,
): readonly string[] {
  return timeline(world, name, circle).items.flatMap((item) => {
    if (item.item === "message") return [item.text];
    return item.item === "notice" ? [item.title] : [];
  });
}

export function standing(world: World, name: string, circle: string): string {
  const view = tryLook(world, name, { query: "circle", circle });
  return view?.summary.standing ?? "nowhere";
}

/** The names in the circle, as a member sees them. */
export function memberNames(
  world: World,
  name: string,
  circle: string,
): readonly string[] {
  return circleView(world, name, circle)
    .members.map((member) => member.name)
    .toSorted();
}

export function memberKey(
  world: World,
  o: { readonly by: string; readonly circle: string; readonly name: string },
): string {
  const named = circleView(world, o.by, o.circle).members.find(
    ({ name }) => name === o.name,
  );
  if (named === undefined) throw new Error(`${o.name} is no member`);
  return named.member;
}
