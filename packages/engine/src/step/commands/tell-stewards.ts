/** Commands by which something is said to the stewards alone (docs/spec/views.md, VW-30; content.md, CT-90). */
import { encodeBase64url } from "@halqa/bytes";
import {
  composePlace,
  composeRsvp,
  composeText,
  encodeContent,
} from "@halqa/model";
import type { Content, Item } from "@halqa/model";
import { sealForStewards } from "../../circle/sealed-content.ts";
import type { CommandFault } from "../../views/command.ts";
import type { StewardCommand } from "../../views/steward-command.ts";
import { createOutboxItem } from "../outbox.ts";
import { accept, refuse } from "./answer.ts";
import type { CommandOf, CommandOutcome } from "./answer.ts";
import { findItem } from "./act-on-item.ts";
import { asWriter, outboxItemId, parseId } from "./compose.ts";
import type { JobContext } from "../job-context.ts";
import type { Loaded } from "../job-stage.ts";

export function tellStewards(
  context: JobContext,
  command: StewardCommand,
  loaded: Loaded | undefined,
): CommandOutcome {
  const found = asWriter(context, command.circle);
  if (typeof found === "string") return refuse(found);
  const { record, circle } = found;
  const target = targetOf(command);
  let item: Item | undefined;
  if (target !== undefined) {
    const id = parseId(target);
    const read = id && findItem(found, id, loaded);
    if (read === undefined) return refuse("unknown-item");
    if ("needs" in read) return read;
    ({ item } = read);
  }
  const inside = insideOf(command, item);
  if (typeof inside === "string") return refuse(inside);
  const lifetime = circle.info.settings.disappearing;
  const sealed = sealForStewards(circle, context.env, { inside, lifetime });
  if (sealed === undefined) return refuse("bad-text");
  const queued = createOutboxItem(context.env, encodeContent(sealed));
  const id = encodeBase64url(outboxItemId(circle, queued));
  const next = { ...record, outbox: [...record.outbox, queued] };
  return accept(context, next, { kind: "item", id });
}

function targetOf(command: StewardCommand): string | undefined {
  if (command.command === "tell-stewards") return undefined;
  return "target" in command ? command.target : command.notice;
}

type Made = Content | CommandFault;

function insideOf(command: StewardCommand, item: Item | undefined): Made {
  switch (command.command) {
    case "tell-stewards": {
      const text = composeText(command.text);
      return text.ok ? { kind: "text", text: text.value } : "bad-text";
    }
    case "report":
      return item === undefined ? "unknown-item" : reportOf(command, item);
    case "rsvp-privately": {
      const { answer } = command;
      return item?.item === "notice"
        ? composeRsvp({ notice: item.id, answer })
        : "unknown-item";
    }
    case "hold-back-place":
      return item?.item === "notice"
        ? placeOf(command, item.id)
        : "unknown-item";
  }
}

function reportOf(command: CommandOf<"report">, item: Item): Made {
  const { reason } = command;
  if (item.item === "gone") return "unknown-item";
  const text = composeText(command.text);
  if (!text.ok && command.text.trim() !== "") return "bad-text";
  const words = text.ok ? text.value : "";
  return { kind: "report", target: item.id, reason, text: words };
}

function placeOf(
  command: CommandOf<"hold-back-place">,
  notice: Uint8Array,
): Made {
  const place = composePlace(command.place);
  if (!place.ok || place.value === "") return "bad-text";
  return { kind: "place", notice, place: place.value };
}
