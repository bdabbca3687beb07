// What `halqa` prints: lines for people, or with --json one object per line, documented in docs/cli.md.

import type {
  CircleSummary,
  InviteView,
  MemberView,
  Person,
  RequestView,
  TimelineItem,
} from "@halqa/engine";
import type { Failure } from "./outcome.ts";

/** One printed object; `type` says which, and every field is in docs/cli.md. */
export type Printed =
  | { readonly type: "profile"; readonly name: string; readonly relay: string }
  | ({ readonly type: "circle" } & CircleSummary)
  | ({ readonly type: "member" } & MemberView)
  | ({ readonly type: "request" } & RequestView)
  | ({
      readonly type: "invite";
      readonly circle: string;
      /** The link as people pass it on: the app at the relay's address. */
      readonly url: string;
    } & InviteView)
  | {
      readonly type: "invite-details";
      readonly circle: string;
      readonly circleName: string;
      readonly inviterName: string;
      readonly relays: readonly string[];
      readonly expires: number;
    }
  | { readonly type: "item"; readonly circle: string; readonly id: string }
  | ({ readonly type: "timeline"; readonly circle: string } & TimelineItem)
  | { readonly type: "done" }
  | {
      readonly type: "error";
      readonly error: Failure["error"];
      readonly sentence: string;
    };

/** One object on one line. */
export function printJson(printed: Printed): string {
  return JSON.stringify(printed);
}

/** The same for people. Control characters of what others wrote are made visible: a terminal obeys them. */
export function printText(printed: Printed): string {
  return visible(describe(printed));
}

function describe(printed: Printed): string {
  switch (printed.type) {
    case "profile":
      return `You are ${printed.name}. Relay: ${printed.relay}`;
    case "circle":
      return describeCircle(printed);
    case "member":
      return describeMember(printed);
    case "request":
      return describeRequest(printed);
    case "invite":
      return printed.url;
    case "invite-details":
      return `${printed.inviterName} invites to "${printed.circleName}" (so the invite says), until ${day(printed.expires)}`;
    case "item":
      return printed.id;
    case "timeline":
      return describeItem(printed);
    case "done":
      return "Done.";
    case "error":
      return printed.sentence;
  }
}

function describeMember({ member, name, own, steward }: MemberView): string {
  return `${member}  ${name}${own ? " (you)" : ""}${steward ? "  steward" : ""}`;
}

function describeRequest({ id, name, state }: RequestView): string {
  return `${id}  ${name} asks to join${state === "approving" ? " (being approved)" : ""}`;
}

function describeCircle(circle: CircleSummary): string {
  const facts = [
    circle.standing,
    `${circle.members} members`,
    ...(circle.unread > 0 ? [`${circle.unread} unread`] : []),
    ...(circle.requests > 0 ? [`${circle.requests} asking to join`] : []),
    ...(circle.queued > 0 ? [`${circle.queued} to be sent`] : []),
    ...circle.alarms.map((alarm) => `ALARM: ${alarm.kind}`),
  ];
  return `${circle.circle}  ${circle.name}  (${facts.join(", ")})`;
}

function describeItem(item: TimelineItem): string {
  const head = `${item.id}  ${minute(item.at)}  `;
  switch (item.item) {
    case "message": {
      const quoted = item.replyTo ? `[> ${item.replyTo.excerpt}] ` : "";
      const reactions = item.reactions
        .map(({ emoji, people }) => ` ${emoji}${people.length}`)
        .join("");
      return `${head}${item.author.name}: ${quoted}${item.text}${reactions}${sendMark(item.state)}`;
    }
    case "notice":
      return `${head}${item.author.name}: NOTICE ${item.title}, ${item.when.local} ${item.when.zone}${item.place === "" ? "" : `, ${item.place}`}; yes ${names(item.answers.yes)}; maybe ${names(item.answers.maybe)}; no ${names(item.answers.no)}${sendMark(item.state)}`;
    case "change":
      return `${head}-- ${item.who?.name ?? item.by?.name ?? "?"} ${item.change}`;
    case "unreadable":
      return `${head}-- cannot be shown (${item.reason})`;
  }
}

function sendMark(state: "queued" | "sent" | "failed" | undefined): string {
  return state === undefined || state === "sent" ? "" : `  [${state}]`;
}

function names(people: readonly Person[]): string {
  return people.length === 0
    ? "-"
    : people.map((person) => person.name).join(", ");
}

function minute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

// Escape sequences in a name or message could move the cursor or set a window title; line breaks
// could fake another line of output.
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;

function visible(line: string): string {
  return line.replace(
    UNPRINTABLE,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
