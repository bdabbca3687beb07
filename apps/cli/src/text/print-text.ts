// Printed objects as lines for people. What others wrote is made visible as a whole line at the end, so that no part of it
// can be forgotten.

import type {
  Alarm,
  CircleSummary,
  InviteView,
  LinkingView,
  MemberView,
  PetitionView,
  RemovalView,
  RequestView,
  SettingsView,
} from "@halqa/engine";
import type { Printed } from "../printed.ts";
import { describeItem } from "./describe-item.ts";
import { day, minute } from "./time.ts";
import { visible } from "./visible.ts";

/** One line, with nothing in it that a terminal obeys. */
export function printText(printed: Printed): string {
  return visible(describe(printed));
}

type Describers = {
  readonly [T in Printed["type"]]: (
    printed: Extract<Printed, { readonly type: T }>,
  ) => string;
};

const describers: Describers = {
  profile: ({ name, relay }) => `You are ${name}. Relay: ${relay}`,
  circle: describeCircle,
  settings: describeSettings,
  member: describeMember,
  held: ({ member }) => `${member}  held: may come back`,
  removal: describeRemoval,
  petition: describePetition,
  request: describeRequest,
  invite: describeInvite,
  "invite-details": (details) =>
    `${details.inviterName} invites to "${details.circleName}" (so the invite says), until ${day(details.expires)}${details.auto ? "; who asks is let in" : ""}`,
  "join-code": ({ code }) =>
    `Code: ${code}  The steward has to see the same one.`,
  safety: ({ name, verified, number, code }) =>
    `${number}  you and ${name}${verified ? ", compared" : ", not compared yet"}. Code for the other: ${code}`,
  item: ({ id }) => id,
  timeline: (item) => describeItem(item),
  alarm: (alarm) => describeAlarm(alarm),
  "repair-request": ({ id, name, member, cause, state, number }) =>
    `${id}  ${name} (${member}) asks to be let in again: ${cause}${state === "approving" ? " (being approved)" : ""}${number === "" ? "" : `. Compare: ${number}`}`,
  linking: describeLinking,
  relay: ({ url, role, state, relayPub }) =>
    `${relayPub}  ${url}  (${role}, ${state})`,
  move: ({ move, url, words, approved, enough }) =>
    `${move}  to ${url}: ${words} gave their word${approved ? ", you too" : ""}${enough ? ", enough" : ""}`,
  bundle: ({ file, bytes }) => `${file} (${bytes} bytes)`,
  words: ({ words }) => words,
  backup: ({ file, bytes, words }) =>
    `${file} (${bytes} bytes)${words === undefined ? "" : `. Write these words down, they are shown once: ${words}`}`,
  restored: ({ circles, items }) =>
    `Restored: ${circles === 1 ? "1 circle" : `${circles} circles`}, ${items} items. Each circle has to let this device in again: \`halqa repair CIRCLE\` asks.`,
  exported: ({ file, items, warning }) =>
    `${file} (${items} items). ${warning}`,
  file: ({ file, bytes }) => `${file} (${bytes} bytes)`,
  charter: ({ text }) => text,
  done: () => "Done.",
  error: ({ sentence }) => sentence,
};

function describe(printed: Printed): string {
  return describeAs(printed.type, printed);
}

function describeAs<T extends Printed["type"]>(
  type: T,
  printed: Extract<Printed, { readonly type: T }>,
): string {
  return describers[type](printed);
}

function describeCircle(circle: CircleSummary): string {
  const facts = [
    circle.closed ? `${circle.standing}, closed` : circle.standing,
    ...(circle.standing === "member" && circle.role !== "member"
      ? [circle.role]
      : []),
    ...(circle.kind === "direct" ? ["direct"] : []),
    circle.members === 1 ? "1 member" : `${circle.members} members`,
    ...(circle.unread > 0 ? [`${circle.unread} unread`] : []),
    ...(circle.mentions > 0 ? [`${circle.mentions} mention you`] : []),
    ...(circle.requests > 0 ? [`${circle.requests} asking to join`] : []),
    ...(circle.queued > 0 ? [`${circle.queued} to be sent`] : []),
    ...(circle.ended === undefined ? [] : [endOf(circle.ended)]),
    ...(circle.repair === undefined ? [] : [describeRepair(circle.repair)]),
    ...circle.alarms.map((alarm) => `ALARM: ${alarm.kind}`),
  ];
  return `${circle.circle}  ${circle.name}  (${facts.join(", ")})`;
}

function describeRepair({
  cause,
  asked,
}: NonNullable<CircleSummary["repair"]>): string {
  return cause === "restored" && asked === 0
    ? "`halqa repair` asks to be let in again"
    : "asking to be let in again";
}

function endOf({ how, by, at }: NonNullable<CircleSummary["ended"]>): string {
  const who = by === undefined || by.own ? "" : ` by ${by.name}`;
  return `${how}${who} ${minute(at)}`;
}

function describeSettings(settings: SettingsView): string {
  const { kind, posting, adding, pinning, disappearing } = settings;
  const goes =
    disappearing === 0
      ? "messages stay"
      : `messages go after ${disappearing} minutes`;
  return `${kind}; posting: ${posting}, adding: ${adding}, pinning: ${pinning}; ${goes}`;
}

function describeMember(one: MemberView): string {
  const facts = [
    ...(one.own ? ["you"] : []),
    ...(one.role === "member" ? [] : [one.role]),
    ...(one.verified ? ["compared"] : []),
    ...(one.missing === undefined ? [] : [`${one.missing} messages missing`]),
    ...(one.silentDays === undefined
      ? []
      : [`silent for ${one.silentDays} days`]),
    ...(one.devices === 1 ? [] : [`${one.devices} devices`]),
  ];
  return `${one.member}  ${one.name}${facts.length === 0 ? "" : `  (${facts.join(", ")})`}`;
}

function describeRemoval(removal: RemovalView): string {
  const { people, state, confirmed, of } = removal;
  const names = people.map(({ name }) => name).join(", ");
  return `Removal of ${names}: ${state}, ${confirmed} of ${of} devices have followed`;
}

function describeLinking(linking: LinkingView): string {
  const { state, link, code, circles } = linking;
  if (link !== undefined) return link;
  if (code !== undefined && state === "comparing")
    return `Code: ${code}  The other device has to show the same one.`;
  return `Linking: ${state}, ${circles === 1 ? "1 circle" : `${circles} circles`}`;
}

function describePetition(petition: PetitionView): string {
  const { member, approvals, needed, approved } = petition;
  return `${member}  ${approvals} of ${needed} words${approved ? ", yours among them" : ""}`;
}

function describeRequest(request: RequestView): string {
  const { id, name, state, held, checking, code } = request;
  const facts = [
    ...(state === "approving" ? ["being approved"] : []),
    ...(held ? ["was held: approving lets them back in"] : []),
    ...(code === undefined ? [] : [`code ${code}`]),
    ...(checking && code === undefined ? ["code on its way"] : []),
  ];
  return `${id}  ${name} asks to join${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
}

function describeInvite(invite: InviteView & { readonly url: string }): string {
  return invite.url;
}

function describeAlarm(alarm: Alarm & { readonly circle: string }): string {
  return `${alarm.id}  ${alarm.circle}  ${alarm.kind} (${aboutAlarm(alarm)}). ${waysOut[alarm.kind]}`;
}

function aboutAlarm(alarm: Alarm): string {
  if (alarm.kind === "halted") return alarm.reason;
  if (alarm.kind === "newer-version") return `version ${alarm.version}`;
  return minute(alarm.at);
}

/** What a person can do about an alarm. */
const waysOut: Readonly<Record<Alarm["kind"], string>> = {
  fork: "The relay showed two orders: `halqa move` goes on at another one.",
  rollback: "The relay has lost or withholds: `halqa move` goes on elsewhere.",
  unconfirmed:
    "Nobody was heard since a removal: `halqa move` goes to a relay that was not there.",
  "left-behind":
    "Somebody does not see a removal: `halqa move` goes to another relay.",
  gone: "What comes next is gone: `halqa repair` asks to be let in again.",
  clone: "Somebody has a copy of this device: `halqa repair`, and look who.",
  halted: "`halqa repair` asks to be let in again.",
  "newer-version":
    "This program is too old for the circle: look for an update. What you write waits.",
};
