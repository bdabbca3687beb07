/** Scenarios that must come to the same end wherever a device is dropped on the way (docs/spec/simulator.md, SI-14), as a table. */
import type { Command } from "../views/command.ts";
import type { CircleView, TimelineItem } from "../views/view.ts";
import { all, keyOf, member, seen, want } from "./crash-stage.ts";
import type { Seen, Stage } from "./crash-stage.ts";
import { makeSteward } from "./second-steward.ts";
import { found, gather, invite, say } from "./story.ts";
import { spoilPath } from "./trouble.ts";
import { must } from "./world.ts";
import type { World } from "./world.ts";

export interface CrashScenario {
  readonly devices: readonly string[];
  /** Those that are dropped, one in each telling. */
  readonly dropped: readonly string[];
  /** What went before, in which nobody is dropped: the circle. */
  readonly before: (world: World) => string;
  readonly tell: (stage: Stage) => void;
  /** People come in again, in as many commits as it takes: the lists tell of that as it was. */
  readonly isAnew?: true;
}

const THREE = ["alice", "bob", "carol"] as const;

function together(world: World): string {
  return gather(world, ...namesOf(world));
}

function namesOf(world: World): readonly [string, ...string[]] {
  const [first = "", ...others] = world.devices.keys();
  return [first, ...others];
}

/** A scenario of three who are in a circle of the first one's. */
function ofThree(tell: CrashScenario["tell"]): CrashScenario {
  return { devices: THREE, dropped: THREE, before: together, tell };
}

type Item<K extends TimelineItem["item"]> = Extract<
  TimelineItem,
  { readonly item: K }
>;

function firstOf<K extends TimelineItem["item"]>(
  { items }: Seen,
  kind: K,
): Item<K> | undefined {
  return items.find((one): one is Item<K> => one.item === kind);
}

function idOf(stage: Stage, by: string, kind: TimelineItem["item"]): string {
  return firstOf(seen(stage, by), kind)?.id ?? "";
}

/** A post, until everybody has it in its place. */
function post(
  stage: Stage,
  by: string,
  o: {
    readonly kind: TimelineItem["item"];
    readonly give: () => Command;
    readonly isIt?: (item: TimelineItem) => boolean;
  },
): void {
  const { isIt = () => true } = o;
  const has = ({ items }: Seen): boolean =>
    items.some((one) => one.item === o.kind && isIt(one));
  want(stage, {
    by,
    give: o.give,
    isGiven: () => has(seen(stage, by)),
    isSo: () =>
      all(stage, THREE, ({ items }) =>
        items.some(
          (one) =>
            one.item === o.kind && isIt(one) && one.ordinal !== undefined,
        ),
      ),
  });
}

function talk(stage: Stage, by: string, text: string): void {
  post(stage, by, {
    kind: "message",
    give: () => ({ command: "send", circle: stage.circle, text }),
    isIt: (one) => one.item === "message" && one.text === text,
  });
}

/** An act on the first item of a kind, until everybody sees it. */
function act<K extends TimelineItem["item"]>(
  stage: Stage,
  by: string,
  o: {
    readonly kind: K;
    readonly give: (target: string) => Command;
    readonly isSo: (item: Item<K>) => boolean;
  },
): void {
  const shows = (one: Seen): boolean => {
    const item = firstOf(one, o.kind);
    return item !== undefined && o.isSo(item);
  };
  want(stage, {
    by,
    give: () => o.give(idOf(stage, by, o.kind)),
    isGiven: () => shows(seen(stage, by)),
    isSo: () => all(stage, THREE, shows),
  });
}

type About = "promote" | "demote" | "make-reader" | "hold" | "remove-member";

/** A steward does something to a member, until these see it. */
function change(
  stage: Stage,
  command: About,
  o: {
    readonly name: string;
    readonly isSo: () => boolean;
    readonly by?: string;
  },
): void {
  const { circle } = stage;
  want(stage, {
    by: o.by ?? "alice",
    give: () => ({ command, circle, member: keyOf(stage, o.name) }),
    isSo: o.isSo,
  });
}

function hasRole(stage: Stage, name: string, role: string): () => boolean {
  return () =>
    all(stage, THREE, ({ view }) =>
      (view?.members ?? []).some(
        (one) => one.name === name && one.role === role,
      ),
    );
}

function isOut(stage: Stage, name: string, standing: string): () => boolean {
  return () =>
    seen(stage, name).standing === standing &&
    all(
      stage,
      THREE.filter((one) => one !== name),
      ({ view }) => (view?.members ?? []).every((one) => one.name !== name),
    );
}

function openLink({ view }: Seen): string | undefined {
  return view?.invites.find(({ state }) => state === "open")?.link;
}

function makeInvite(stage: Stage, o: { readonly auto?: boolean } = {}): string {
  want(stage, {
    by: "alice",
    give: () => ({
      command: "create-invite",
      circle: stage.circle,
      maxUses: 5,
      days: 7,
      ...o,
    }),
    isGiven: () => (seen(stage, "alice").view?.invites.length ?? 0) > 0,
    isSo: () => openLink(seen(stage, "alice")) !== undefined,
  });
  return openLink(seen(stage, "alice")) ?? "";
}

function requestsOf(stage: Stage): CircleView["requests"] {
  return seen(stage, "alice").view?.requests ?? [];
}

function askIn(stage: Stage, name: string, link: string): void {
  want(stage, {
    by: name,
    give: () => ({ command: "request-join", link, memberName: name }),
    isSo: () => seen(stage, name).standing !== "nowhere",
  });
}

function isIn(stage: Stage, name: string): boolean {
  return seen(stage, name).standing === "member";
}

function letIn(stage: Stage, name: string): void {
  const asking = () => requestsOf(stage).find((one) => one.name === name);
  want(stage, {
    by: "alice",
    give: () => {
      const request = asking();
      return request?.state === "asking"
        ? { command: "approve", circle: stage.circle, request: request.id }
        : undefined;
    },
    isSo: () => isIn(stage, name),
  });
}

/** Bob's device cannot open the next commit, and has stopped. */
function halted(world: World): string {
  const circle = together(world);
  say(world, "bob", { circle, text: "kept" });
  spoilPath(world, "bob", circle);
  invite(world, "alice", { circle });
  return circle;
}

/** The first steward's device cannot follow the second one's commit. */
function unled(world: World): string {
  const circle = together(world);
  makeSteward(world, { by: "alice", circle, name: "bob" });
  say(world, "carol", { circle, text: "before" });
  spoilPath(world, "alice", circle);
  invite(world, "bob", { circle });
  return circle;
}

function groupsOf({ world, circle }: Stage): ReadonlySet<string> {
  return new Set(
    [...world.devices.values()].map(({ state }) =>
      String(state.durable.circles.get(circle)?.circle?.mls.context.groupId),
    ),
  );
}

const notice = {
  command: "post-notice",
  title: "Assembly",
  when: {
    local: "2026-11-26T18:00",
    zone: "Asia/Beirut",
    instant: Date.UTC(2026, 10, 26, 16),
  },
  place: "the hall",
  agenda: "",
} as const;

export const crashScenarios: Readonly<Record<string, CrashScenario>> = {
  found: {
    devices: ["alice"],
    dropped: ["alice"],
    before: (world) => {
      must(world, "alice", { command: "set-profile", name: "alice" });
      return "";
    },
    tell: (stage) => {
      const held = (): readonly string[] => [
        ...(stage.world.devices.get("alice")?.state.durable.circles.keys() ??
          []),
      ];
      want(stage, {
        by: "alice",
        give: () => ({
          command: "found-circle",
          name: "Kitchen",
          memberName: "alice",
        }),
        isGiven: () => held().length > 0,
        isSo: () => {
          stage.circle = held()[0] ?? "";
          return held().length === 1 && isIn(stage, "alice");
        },
      });
    },
  },
  invite: {
    devices: ["alice", "bob"],
    dropped: ["alice"],
    before: (world) => found(world, "alice"),
    tell: (stage) => void makeInvite(stage),
  },
  "invite of all": {
    devices: THREE,
    dropped: THREE,
    before: (world) => found(world, "alice"),
    tell: (stage) => {
      const link = makeInvite(stage, { auto: true });
      for (const name of ["bob", "carol"]) askIn(stage, name, link);
      want(stage, {
        by: "alice",
        give: () => undefined,
        isSo: () => THREE.every((name) => isIn(stage, name)),
      });
    },
  },
  join: {
    devices: THREE,
    dropped: THREE,
    before: (world) => found(world, "alice"),
    tell: (stage) => {
      const link = makeInvite(stage);
      for (const name of ["bob", "carol"]) askIn(stage, name, link);
      for (const name of ["bob", "carol"]) letIn(stage, name);
    },
  },
  "approval code": {
    devices: ["alice", "bob"],
    dropped: ["alice", "bob"],
    before: (world) => found(world, "alice"),
    tell: (stage) => {
      askIn(stage, "bob", makeInvite(stage));
      const codes = (): readonly (string | undefined)[] => [
        requestsOf(stage)[0]?.code,
        seen(stage, "bob").view?.joinCode,
      ];
      want(stage, {
        by: "alice",
        give: () => {
          const [request] = requestsOf(stage);
          return (
            request && {
              command: "check-request",
              circle: stage.circle,
              request: request.id,
            }
          );
        },
        isGiven: () => requestsOf(stage)[0]?.checking === true,
        isSo: () => codes()[0] !== undefined && codes()[0] === codes()[1],
      });
      letIn(stage, "bob");
    },
  },
  decline: {
    devices: ["alice", "bob"],
    dropped: ["alice", "bob"],
    before: (world) => found(world, "alice"),
    tell: (stage) => {
      askIn(stage, "bob", makeInvite(stage));
      want(stage, {
        by: "alice",
        give: () => {
          const [request] = requestsOf(stage);
          return (
            request && {
              command: "decline",
              circle: stage.circle,
              request: request.id,
            }
          );
        },
        isSo: () => seen(stage, "bob").standing === "declined",
      });
    },
  },
  say: ofThree((stage) => {
    talk(stage, "alice", "one");
    talk(stage, "bob", "two");
    talk(stage, "carol", "three");
    post(stage, "bob", {
      kind: "message",
      give: () => ({
        command: "send",
        circle: stage.circle,
        text: "four",
        replyTo: idOf(stage, "bob", "message"),
      }),
      isIt: (one) => one.item === "message" && one.text === "four",
    });
  }),
  edit: ofThree((stage) => {
    const { circle } = stage;
    talk(stage, "bob", "one");
    act(stage, "bob", {
      kind: "message",
      give: (target) => ({ command: "edit", circle, target, text: "two" }),
      isSo: ({ text }) => text === "two",
    });
  }),
  delete: ofThree((stage) => {
    const { circle } = stage;
    talk(stage, "bob", "one");
    const target = idOf(stage, "bob", "message");
    const isGone = ({ items }: Seen): boolean =>
      items.every(({ item }) => item !== "message");
    want(stage, {
      by: "bob",
      give: () => ({ command: "delete", circle, target }),
      isGiven: () => isGone(seen(stage, "bob")),
      isSo: () => all(stage, THREE, isGone),
    });
  }),
  react: ofThree((stage) => {
    const { circle } = stage;
    talk(stage, "alice", "one");
    act(stage, "bob", {
      kind: "message",
      give: (target) => ({ command: "react", circle, target, emoji: "👍" }),
      isSo: ({ reactions }) => reactions.length === 1,
    });
    act(stage, "bob", {
      kind: "message",
      give: (target) => ({ command: "react", circle, target, emoji: "" }),
      isSo: ({ reactions }) => reactions.length === 0,
    });
  }),
  "notice and answers": ofThree((stage) => {
    const { circle } = stage;
    post(stage, "alice", {
      kind: "notice",
      give: () => ({ ...notice, circle }),
    });
    for (const [index, by] of (["bob", "carol"] as const).entries())
      act(stage, by, {
        kind: "notice",
        give: (id) => ({ command: "rsvp", circle, notice: id, answer: "yes" }),
        isSo: ({ answers }) => answers.yes.length === index + 1,
      });
  }),
  "poll, votes and closing": ofThree((stage) => {
    const { circle } = stage;
    post(stage, "bob", {
      kind: "poll",
      give: () => ({
        command: "post-poll",
        circle,
        question: "When?",
        options: ["now", "later"],
        ballot: "single",
      }),
    });
    for (const [index, by] of THREE.entries())
      act(stage, by, {
        kind: "poll",
        give: (target) => ({
          command: "vote",
          circle,
          target,
          choices: [index % 2],
        }),
        isSo: ({ votes }) => votes.length === index + 1,
      });
    act(stage, "bob", {
      kind: "poll",
      give: (target) => ({ command: "close-poll", circle, target }),
      isSo: ({ closed }) => closed !== undefined,
    });
  }),
  task: ofThree((stage) => {
    const { circle } = stage;
    post(stage, "carol", {
      kind: "task",
      give: () => ({ command: "post-task", circle, title: "Bring bread" }),
    });
    act(stage, "alice", {
      kind: "task",
      give: (target) => ({
        command: "update-task",
        circle,
        target,
        done: true,
      }),
      isSo: ({ done }) => done,
    });
  }),
  "pin and hide": ofThree((stage) => {
    const { circle } = stage;
    talk(stage, "bob", "one");
    act(stage, "alice", {
      kind: "message",
      give: (target) => ({ command: "pin", circle, target, pinned: true }),
      isSo: ({ pinnedBy }) => pinnedBy !== undefined,
    });
    act(stage, "alice", {
      kind: "message",
      give: (target) => ({ command: "hide", circle, target, reason: "spam" }),
      isSo: ({ hidden }) => hidden !== undefined,
    });
  }),
  "name and settings": ofThree((stage) => {
    const { circle } = stage;
    want(stage, {
      by: "alice",
      give: () => ({ command: "rename-circle", circle, name: "Kitchen" }),
      isSo: () =>
        all(stage, THREE, ({ view }) => view?.summary.name === "Kitchen"),
    });
    want(stage, {
      by: "alice",
      give: () => ({
        command: "change-settings",
        circle,
        pinning: "everyone",
      }),
      isSo: () => all(stage, THREE, ({ view }) => view?.may.pin === true),
    });
  }),
  "roles given and taken": ofThree((stage) => {
    change(stage, "promote", {
      name: "bob",
      isSo: hasRole(stage, "bob", "steward"),
    });
    change(stage, "demote", {
      by: "bob",
      name: "alice",
      isSo: hasRole(stage, "alice", "member"),
    });
    change(stage, "make-reader", {
      by: "bob",
      name: "carol",
      isSo: hasRole(stage, "carol", "reader"),
    });
  }),
  remove: ofThree((stage) => {
    talk(stage, "carol", "one");
    change(stage, "remove-member", {
      name: "carol",
      isSo: isOut(stage, "carol", "removed"),
    });
  }),
  "hold and return": ofThree((stage) => {
    const { circle } = stage;
    const carol = keyOf(stage, "carol");
    change(stage, "hold", {
      name: "carol",
      isSo: () =>
        seen(stage, "carol").standing !== "member" &&
        seen(stage, "alice").view?.held.length === 1,
    });
    want(stage, {
      by: "alice",
      give: () => ({ command: "let-return", circle, member: carol }),
      isSo: () => seen(stage, "alice").view?.held.length === 0,
    });
  }),
  leave: ofThree((stage) => {
    const { circle } = stage;
    want(stage, {
      by: "carol",
      give: () => ({ command: "leave-circle", circle }),
      isSo: isOut(stage, "carol", "removed"),
    });
  }),
  "help without a steward": ofThree((stage) => {
    const { circle } = stage;
    change(stage, "promote", {
      name: "bob",
      isSo: hasRole(stage, "bob", "steward"),
    });
    const carol = keyOf(stage, "carol");
    for (const by of ["carol", "bob"])
      want(stage, {
        by,
        give: () => ({ command: "ask-promotion", circle, member: carol }),
        isGiven: () =>
          (seen(stage, by).view?.petitions ?? []).some(
            ({ approved }) => approved,
          ),
        isSo: () =>
          by === "carol"
            ? seen(stage, "bob").view?.petitions.length === 1
            : hasRole(stage, "carol", "steward")(),
      });
  }),
  close: ofThree((stage) => {
    const { circle } = stage;
    talk(stage, "bob", "one");
    want(stage, {
      by: "alice",
      give: () => ({ command: "close-circle", circle }),
      isSo: () =>
        all(stage, THREE, ({ view }) => view?.summary.closed === true),
    });
  }),
  forget: ofThree((stage) => {
    const { circle } = stage;
    change(stage, "remove-member", {
      name: "carol",
      isSo: isOut(stage, "carol", "removed"),
    });
    want(stage, {
      by: "carol",
      give: () => ({ command: "forget-circle", circle }),
      isSo: () =>
        stage.world.devices.get("carol")?.state.durable.circles.has(circle) ===
        false,
    });
  }),
  repair: {
    devices: THREE,
    dropped: ["alice", "bob"],
    before: halted,
    tell: (stage) => {
      const { circle } = stage;
      want(stage, {
        by: "bob",
        give: () =>
          seen(stage, "bob").standing === "halted"
            ? { command: "repair", circle }
            : undefined,
        isGiven: () =>
          (seen(stage, "bob").view?.summary.repair?.asked ?? 1) > 0,
        isSo: () => isIn(stage, "bob"),
      });
      talk(stage, "bob", "back");
    },
  },
  rebuild: {
    devices: THREE,
    dropped: THREE,
    before: unled,
    isAnew: true,
    tell: (stage) => {
      const { circle } = stage;
      want(stage, {
        by: "alice",
        give: () =>
          seen(stage, "alice").standing === "halted"
            ? { command: "rebuild", circle }
            : undefined,
        isSo: () =>
          groupsOf(stage).size === 1 &&
          THREE.every((name) => isIn(stage, name)) &&
          member(stage, "carol") !== undefined,
      });
      talk(stage, "carol", "after");
    },
  },
};
