/**
 * What people do, as a table: a new command of the engine is one more row (SI-7). A row gives the command that a person
 * could give at this screen, or nothing, and what the ledger is to remember of it.
 */
import { circleActs } from "./circle-acts.ts";
import { itemActs } from "./item-acts.ts";
import { circleLedger } from "./ledger.ts";
import { privateActs } from "./private-acts.ts";
import { relayActs } from "./relay-acts.ts";
import {
  allowRequest,
  asSteward,
  CANARY,
  decide,
  inCircle,
  isIn,
  memberName,
  onItem,
  onMessage,
  onQueued,
  textBy,
} from "./scene.ts";
import type { Act } from "./scene.ts";

const acts: Readonly<Record<string, Act>> = {
  say: {
    weight: 40,
    make: (scene) =>
      inCircle(scene, ({ circle }) => ({
        command: "send",
        circle,
        text: textBy(scene),
      })),
    onGiven: ({ ledger }, command) => {
      if (command.command === "send") ledger.maybeSaid.add(command.text);
    },
    onGranted: ({ ledger, device, now }, command, value) => {
      if (command.command !== "send") return;
      const { circle, text } = command;
      const id = value.kind === "item" ? value.id : "";
      ledger.said.push({ circle, text, id, by: device.index, at: now });
    },
  },
  reply: {
    weight: 6,
    make: (scene) =>
      onMessage(scene, ({ circle, id }) => ({
        command: "send",
        circle,
        replyTo: id,
        text: textBy(scene),
      })),
    onGiven: (scene, command) => acts["say"]?.onGiven?.(scene, command),
    onGranted: (scene, command, value) =>
      acts["say"]?.onGranted?.(scene, command, value),
  },
  react: {
    weight: 12,
    make: (scene) =>
      onMessage(scene, ({ circle, id }) => ({
        command: "react",
        circle,
        target: id,
        emoji: scene.dice.pick(["👍", "❤️", ""]),
      })),
  },
  notice: {
    weight: 3,
    make: (scene) =>
      inCircle(scene, ({ circle }) => ({
        command: "post-notice",
        circle,
        title: `${CANARY} notice ${scene.ledger.count++}`,
        when: {
          local: "2026-11-26T18:00",
          zone: "Asia/Beirut",
          instant: Date.UTC(2026, 10, 26, 16),
        },
        place: "the hall",
        agenda: "",
      })),
  },
  rsvp: {
    weight: 4,
    make: (scene) =>
      onItem(scene, "notice", ({ circle, id }) => ({
        command: "rsvp",
        circle,
        notice: id,
        answer: scene.dice.pick(["yes", "maybe", "no"]),
      })),
  },
  read: {
    weight: 3,
    make: (scene) =>
      onMessage(scene, ({ circle, ordinal }) =>
        ordinal === undefined
          ? undefined
          : { command: "mark-read", circle, to: ordinal },
      ),
  },
  invite: {
    weight: 4,
    make: (scene) =>
      asSteward(scene, ({ circle }) => ({
        command: "create-invite",
        circle,
        maxUses: 1 + scene.dice.int(20),
        days: 7,
      })),
  },
  ask: {
    weight: 10,
    make: ({ ledger, dice, device }) =>
      ledger.links.length === 0
        ? undefined
        : {
            command: "request-join",
            link: dice.pick(ledger.links).link,
            memberName: memberName(device),
          },
  },
  approve: {
    weight: 14,
    make: (scene) => decide(scene, "approve"),
    onGiven: allowRequest,
  },
  decline: { weight: 1, make: (scene) => decide(scene, "decline") },
  remove: {
    weight: 2,
    make: (scene) =>
      asSteward(scene, ({ circle, view }) => {
        const others = view.members.filter(({ own }) => !own);
        return others.length < 2
          ? undefined
          : {
              command: "remove-member",
              circle,
              member: scene.dice.pick(others).member,
            };
      }),
    onGiven: ({ ledger }, command) => {
      if (command.command === "remove-member")
        circleLedger(ledger, command.circle).mayBeOut.add(command.member);
    },
  },
  found: {
    weight: 1,
    make: ({ device, ledger }) => ({
      command: "found-circle",
      name: `${CANARY} circle ${ledger.count++}`,
      memberName: memberName(device),
    }),
  },
  ...circleActs,
  ...itemActs,
  ...privateActs,
  ...relayActs,
  retry: { weight: 2, make: (scene) => onQueued(scene, "retry") },
  forget: {
    weight: 1,
    make: ({ view }) =>
      view === undefined || isIn(view)
        ? undefined
        : { command: "forget-circle", circle: view.summary.circle },
  },
};

export const actNames: readonly string[] = Object.keys(acts);

export function actWeight(name: string): number {
  return acts[name]?.weight ?? 0;
}

export function actNamed(name: string): Act | undefined {
  return acts[name];
}
