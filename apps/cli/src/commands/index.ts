// Every command by its word, with the line that `halqa help` shows.

import type { Call } from "../call.ts";
import type { Session } from "../session.ts";
import {
  answerRequests,
  forgetCircle,
  foundCircle,
  invite,
  join,
  listCircles,
  listMembers,
  listRequests,
  removeMember,
  type Ending,
} from "./circles.ts";
import {
  postNotice,
  react,
  read,
  rsvp,
  send,
  sync,
  watch,
} from "./messages.ts";

interface CommandEntry {
  readonly usage: string;
  readonly about: string;
  readonly run: (session: Session, call: Call) => Ending;
}

/** In the order in which a newcomer needs them. `init` stands apart: it works before there is a data folder. */
export const commands: ReadonlyMap<string, CommandEntry> = new Map<
  string,
  CommandEntry
>([
  [
    "circle",
    {
      usage: "circle create NAME [--name YOURS]",
      about: "found a circle",
      run: foundCircle,
    },
  ],
  [
    "circles",
    { usage: "circles", about: "list your circles", run: listCircles },
  ],
  [
    "invite",
    {
      usage: "invite CIRCLE [--uses N] [--days N]",
      about: "make an invite and print it",
      run: invite,
    },
  ],
  [
    "join",
    {
      usage: "join LINK [--name YOURS] [--wait]",
      about: "ask to join; --wait until a steward answers",
      run: join,
    },
  ],
  [
    "requests",
    {
      usage: "requests CIRCLE",
      about: "who asks to join",
      run: listRequests,
    },
  ],
  [
    "approve",
    {
      usage: "approve CIRCLE REQUEST | --all",
      about: "let someone in",
      run: answerRequests,
    },
  ],
  [
    "decline",
    {
      usage: "decline CIRCLE REQUEST | --all",
      about: "turn someone down",
      run: answerRequests,
    },
  ],
  [
    "members",
    { usage: "members CIRCLE", about: "list the members", run: listMembers },
  ],
  [
    "remove",
    {
      usage: "remove CIRCLE MEMBER",
      about: "remove a member: new keys, new address",
      run: removeMember,
    },
  ],
  [
    "send",
    {
      usage: "send CIRCLE TEXT [--reply ID]",
      about: "say something",
      run: send,
    },
  ],
  [
    "react",
    {
      usage: "react CIRCLE ID EMOJI",
      about: 'react to a message ("" takes it back)',
      run: react,
    },
  ],
  [
    "notice",
    {
      usage:
        "notice CIRCLE --title TEXT --at 2026-11-26T18:00 [--zone ZONE] [--minutes N] [--place TEXT] [--agenda TEXT]",
      about: "announce a meeting",
      run: postNotice,
    },
  ],
  [
    "rsvp",
    {
      usage: "rsvp CIRCLE ID yes|maybe|no",
      about: "answer a notice",
      run: rsvp,
    },
  ],
  [
    "read",
    {
      usage: "read CIRCLE [--limit N]",
      about: "fetch and print what was said, oldest first",
      run: read,
    },
  ],
  [
    "watch",
    {
      usage: "watch [CIRCLE]",
      about: "print what arrives until Ctrl-C",
      run: watch,
    },
  ],
  [
    "sync",
    {
      usage: "sync",
      about: "send and fetch everything",
      run: sync,
    },
  ],
  [
    "forget",
    {
      usage: "forget CIRCLE",
      about: "take a circle off the list that you are not in any more",
      run: forgetCircle,
    },
  ],
]);
