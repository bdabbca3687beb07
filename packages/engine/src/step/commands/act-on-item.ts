/**
 * Commands about one item of the list, and posts beside messages and notices (docs/spec/views.md, VW-20). Whether an act may be done is asked
 * of the folds that will judge it at its place in the log, so that nothing is sent which everybody would refuse.
 */
import { encodeBase64url, equalBytes } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import {
  composeEdit,
  composeMinutes,
  composeNoticeUpdate,
  composePoll,
  composePollClose,
  composeTask,
  composeVote,
  encodeContent,
  foldContent,
  isSignal,
  overlayPending,
} from "@halqa/model";
import type {
  ComposeFault,
  Content,
  Item,
  ListContent,
  TaskItem,
} from "@halqa/model";
import type { Circle } from "../../circle/circle.ts";
import { mayPin, roleOf } from "../../circle/roles.ts";
import type { CommandFault } from "../../views/command.ts";
import type { ActCommand, PostCommand } from "../../views/item-command.ts";
import type { CircleRecord } from "../durable.ts";
import { ordinalAt, readItem } from "../entries.ts";
import { refKey } from "../job.ts";
import { contentOf, createOutboxItem } from "../outbox.ts";
import { itemOfRef, itemRef } from "../records.ts";
import { accept, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import { withNames } from "./hide-names.ts";
import { parseKey, parseMentions } from "./mentions.ts";
import { asWriter, outboxItemId, parseId } from "./compose.ts";
import type { JobContext } from "../job-context.ts";
import type { Loaded } from "../job-stage.ts";

const MINUTE_MS = 60_000;

/** A post of a kind of its own. */
export function postItem(
  context: JobContext,
  command: PostCommand,
): CommandOutcome {
  const found = asWriter(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const made = composePost(command);
  if (typeof made === "string") return refuse(made);
  return enqueue(context, found, made);
}

/** An act on an item, which is read first. */
export function actOnItem(
  context: JobContext,
  command: ActCommand,
  loaded: Loaded | undefined,
): CommandOutcome {
  const found = asWriter(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const target = parseId(command.target);
  if (target === undefined) return refuse("unknown-item");
  const item = findItem(found, target, loaded);
  if (item === undefined) return refuse("unknown-item");
  if ("needs" in item) return item;
  const content = composeAct(command.command, command, item.item);
  if (typeof content === "string") return refuse(content);
  const fault = judge(found.circle, item.item, content);
  return fault === undefined ? enqueue(context, found, content) : refuse(fault);
}

interface Writer {
  readonly record: CircleRecord;
  readonly circle: Circle;
}

function enqueue(
  context: JobContext,
  { record, circle }: Writer,
  content: Content,
): CommandOutcome {
  const item = createOutboxItem(context.env, encodeContent(content));
  const next = { ...record, outbox: [...record.outbox, item] };
  const id = encodeBase64url(outboxItemId(circle, item));
  return accept(context, next, { kind: "item", id });
}

/** The item as it stands in the outbox or the store; two records have to be read for the latter, the index before the item. */
export function findItem(
  { record, circle }: Writer,
  target: Uint8Array,
  loaded: Loaded | undefined,
):
  | { readonly item: Item }
  | Extract<CommandOutcome, { needs: unknown }>
  | undefined {
  const queued = queuedItem(record, circle, target);
  if (queued !== undefined) return { item: queued };
  const index = itemOfRef(record.id, target);
  if (loaded === undefined) return { needs: index };
  if (loaded.has(refKey(index))) {
    const ordinal = ordinalAt(loaded, index);
    return ordinal === undefined
      ? undefined
      : { needs: itemRef(record.id, ordinal) };
  }
  const [bytes] = [...loaded.values()];
  const item = bytes && readItem(bytes);
  return item !== undefined && equalBytes(item.id, target)
    ? { item }
    : undefined;
}

function queuedItem(
  { outbox }: CircleRecord,
  circle: Circle,
  target: Uint8Array,
): Item | undefined {
  const queued = outbox.find((one) =>
    equalBytes(outboxItemId(circle, one), target),
  );
  const content = queued && contentOf(queued);
  const isListed = content !== undefined && isListContent(content);
  if (queued === undefined || !isListed) return undefined;
  const { minute } = queued;
  const pending = { content, id: target, minute };
  return overlayPending([], [pending], ownAuthor(circle)).at(0);
}

function isListContent(content: Content): content is ListContent {
  return content.kind !== "unknown" && !isSignal(content);
}

/** The name is not asked for where a fold only judges. */
function ownAuthor({ memberKey }: Circle): {
  readonly memberKey: Uint8Array;
  readonly name: string;
} {
  return { memberKey, name: "" };
}

/** What the log will say of it, were it there now. */
function judge(
  circle: Circle,
  item: Item,
  content: Content,
): CommandFault | undefined {
  const { info, memberKey } = circle;
  const standing = {
    steward: roleOf(info, memberKey) === "steward",
    pins: mayPin(info, memberKey),
    late: false,
    counting: true,
  };
  const folded = foldContent(
    { item: () => item },
    { content, author: ownAuthor(circle), standing },
    { id: item.id, position: Number.MAX_SAFE_INTEGER, minute: 0 },
  );
  if (folded.counted) return undefined;
  if (folded.rejected === "closed") return "poll-closed";
  if (folded.rejected !== "not-allowed") return "unknown-item";
  return content.kind === "hide" ? "not-a-steward" : "not-allowed";
}

type ActName = ActCommand["command"];
type Made = ListContent | CommandFault;

/** What each act sends; whether it may is judged afterwards, for all of them alike. */
const makers: {
  readonly [N in ActName]: (command: CommandOf<N>, item: Item) => Made;
} = {
  edit: ({ text, mentions }, { id: target }) =>
    valueOf(composeEdit({ target, text, mentions: parseMentions(mentions) })),
  delete: (_, { id: target }) => ({ kind: "delete", target }),
  hide: ({ reason }, { id: target }) => ({ kind: "hide", target, reason }),
  pin: ({ pinned }, { id: target }) => ({ kind: "pin", target, pinned }),
  "update-notice": (command, item) =>
    item.item === "notice"
      ? valueOf(
          composeNoticeUpdate(item, { ...command, state: command.meeting }),
        )
      : "unknown-item",
  vote: ({ choices }, item) =>
    item.item === "poll"
      ? (composeVote(item, choices) ?? "bad-number")
      : "unknown-item",
  "close-poll": (_, item) =>
    item.item === "poll"
      ? (composePollClose(item) ?? "bad-number")
      : "unknown-item",
  "update-task": (command, item) =>
    item.item === "task" ? updateTask(command, item) : "unknown-item",
};

function composeAct<N extends ActName>(
  name: N,
  command: CommandOf<N>,
  item: Item,
): Made {
  return makers[name](command, item);
}

function valueOf(
  made: Result<ListContent, ComposeFault>,
): ListContent | ComposeFault {
  return made.ok ? made.value : made.error;
}

function updateTask(command: CommandOf<"update-task">, item: TaskItem): Made {
  const owner =
    command.owner === undefined ? item.owner : parseKey(command.owner);
  if (owner === "bad") return "unknown-member";
  const due =
    command.due === undefined ? item.due : toMinute(command.due || undefined);
  const { title = item.title, done = item.done } = command;
  const made = composeTask({ title, owner, due, done });
  if (!made.ok) return made.error;
  return { ...made.value, kind: "task-update", task: item.id };
}

function composePost(command: PostCommand): Made {
  switch (command.command) {
    case "post-poll": {
      const closes = toMinute(command.closes);
      const made = composePoll({ ...command, closes });
      return made.ok ? withNames(made.value, command) : made.error;
    }
    case "post-task": {
      const owner = parseKey(command.owner ?? "");
      if (owner === "bad") return "unknown-member";
      const { title } = command;
      const due = toMinute(command.due);
      const made = composeTask({ title, owner, due, done: false });
      return valueOf(made);
    }
    case "post-minutes": {
      const notice =
        command.notice === undefined ? undefined : parseId(command.notice);
      if (command.notice !== undefined && notice === undefined)
        return "unknown-item";
      const made = composeMinutes({ text: command.text, notice });
      return valueOf(made);
    }
  }
}

function toMinute(at: number | undefined): number | undefined {
  return at === undefined ? undefined : Math.floor(at / MINUTE_MS);
}
