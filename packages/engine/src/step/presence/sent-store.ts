/**
 * What this device said lately, for those who miss it (docs/spec/presence.md, PR-23, PR-24): few messages, for a week at most, and nothing
 * that has disappeared, was taken back, or that would undo by its new place what came since.
 */
import { equalBytes } from "@halqa/bytes";
import { sha256 } from "@halqa/crypto";
import { decodeContent, isSignal, itemIdOf, referencesOf } from "@halqa/model";
import type { Content } from "@halqa/model";
import type { OutboxItem } from "../durable.ts";
import {
  MAX_OUTBOX,
  MAX_RESENDS,
  MAX_RESENDS_AN_HOUR,
  MAX_SENT,
  MAX_SENT_BYTES,
  RESEND_PAUSE_MS,
  SENT_LIFE_MS,
} from "../limits.ts";
import { orNone } from "./presence.ts";
import type { SentMessage } from "./sent-message.ts";

const MINUTE_MS = 60_000;

/** Kinds whose last one by position stands, whoever did it: said again, they would undo what others did since. */
const NEVER_AGAIN: readonly Content["kind"][] = [
  "hide",
  "pin",
  "task-update",
  "share",
];

/** With a message that the log has shown; one that was said again is there already. */
export function keepSent(
  sent: readonly SentMessage[],
  o: {
    readonly item: OutboxItem;
    readonly content: Content;
    readonly memberKey: Uint8Array;
  },
): readonly SentMessage[] {
  const { item, content, memberKey } = o;
  const { messageId, minute, counted } = item;
  const left =
    content.kind === "delete"
      ? sent.filter(
          (one) =>
            !equalBytes(
              itemIdOf(sha256, memberKey, one.messageId),
              content.target,
            ),
        )
      : sent;
  const isKept =
    counted !== undefined &&
    !isSignal(content) &&
    !NEVER_AGAIN.includes(content.kind) &&
    !left.some((one) => equalBytes(one.messageId, messageId));
  if (!isKept) return left.length === sent.length ? sent : orNone(left);
  const kept = { messageId, minute, content: item.content, counted };
  const endsAt = endOf(kept);
  return trim([...left, { ...kept, resends: 0, resentAt: 0, endsAt }]);
}

function trim(sent: readonly SentMessage[]): readonly SentMessage[] {
  let bytes = 0;
  const kept: SentMessage[] = [];
  for (const one of sent.toReversed()) {
    bytes += one.content.length;
    if (kept.length >= MAX_SENT || bytes > MAX_SENT_BYTES) break;
    kept.push(one);
  }
  return orNone(kept.toReversed());
}

/** Without what is too old, or gone; the same list where nothing is. */
export function freshSent(
  sent: readonly SentMessage[],
  now: number,
): readonly SentMessage[] {
  const fresh = sent.filter((one) => now < one.endsAt);
  return fresh.length === sent.length ? sent : orNone(fresh);
}

/** When the first one goes. */
export function sentEndsAt(sent: readonly SentMessage[]): number | undefined {
  return sent.length === 0
    ? undefined
    : Math.min(...sent.map(({ endsAt }) => endsAt));
}

/** A week after it was said, or when it disappears. */
export function endOf({
  minute,
  content,
}: Pick<SentMessage, "minute" | "content">): number {
  const decoded = decodeContent(content);
  const lifetime =
    decoded.ok &&
    (decoded.value.kind === "text" || decoded.value.kind === "sealed")
      ? decoded.value.lifetime
      : undefined;
  const life = lifetime === undefined ? SENT_LIFE_MS : lifetime * MINUTE_MS;
  return minute * MINUTE_MS + Math.min(life, SENT_LIFE_MS);
}

/** PR-23: what is said again for whoever asked, and the store that remembers it. Nobody can have much said again. */
export function resend(
  o: {
    readonly sent: readonly SentMessage[];
    readonly outbox: readonly OutboxItem[];
  },
  asked: { readonly epoch: bigint; readonly numbers: readonly number[] },
  now: number,
): {
  readonly sent: readonly SentMessage[];
  readonly outbox: readonly OutboxItem[];
} {
  let { sent, outbox } = o;
  for (const one of o.sent) {
    const isAsked =
      one.counted.epoch === asked.epoch &&
      asked.numbers.includes(one.counted.number);
    if (!isAsked || !maySayAgain({ sent, outbox }, one, now)) continue;
    outbox = [...outbox, againOf(one)];
    const said = { ...one, resends: one.resends + 1, resentAt: now };
    sent = sent.map((other) => (other === one ? said : other));
  }
  return { sent, outbox };
}

function maySayAgain(
  o: {
    readonly sent: readonly SentMessage[];
    readonly outbox: readonly OutboxItem[];
  },
  one: SentMessage,
  now: number,
): boolean {
  const { sent, outbox } = o;
  const isRecent = ({ resentAt }: SentMessage): boolean =>
    Math.abs(now - resentAt) < RESEND_PAUSE_MS;
  const isFree =
    outbox.length < MAX_OUTBOX &&
    !outbox.some(({ messageId }) => equalBytes(messageId, one.messageId));
  return (
    isFree &&
    one.resends < MAX_RESENDS &&
    !isRecent(one) &&
    sent.filter(isRecent).length < MAX_RESENDS_AN_HOUR &&
    now < one.endsAt &&
    !isSuperseded(sent, one)
  );
}

/** Of two acts of one kind on one item the last one stands: the first one would come behind it. */
function isSuperseded(sent: readonly SentMessage[], one: SentMessage): boolean {
  const content = decodeContent(one.content);
  const target = content.ok ? actOn(content.value) : undefined;
  if (!content.ok || target === undefined) return false;
  return sent.slice(sent.indexOf(one) + 1).some((later) => {
    const other = decodeContent(later.content);
    const its = other.ok ? actOn(other.value) : undefined;
    return (
      other.ok &&
      its !== undefined &&
      other.value.kind === content.value.kind &&
      equalBytes(its, target)
    );
  });
}

function actOn(content: Content): Uint8Array | undefined {
  if (content.kind === "text" || content.kind === "minutes") return undefined;
  return referencesOf(content)[0];
}

function againOf(one: SentMessage): OutboxItem {
  const { messageId, minute, content, counted } = one;
  return {
    messageId,
    minute,
    content,
    counted,
    sealed: undefined,
    earlier: [],
    distrusted: [],
    failure: undefined,
  };
}
