/** Sealing what a member says into an entry of the log (docs/spec/circle.md, CI-33, CI-34). */
import { assertInvariant, err, ok } from "@halqa/bytes";
import type { Result } from "@halqa/bytes";
import { sealEnvelope, sha256 } from "@halqa/crypto";
import { entryIdOf } from "@halqa/protocol";
import { isPaused } from "./circle.ts";
import type { Circle, CircleEnv } from "./circle.ts";
import { currentKey, groupEnvOf, ownAuthenticatedData } from "./group-env.ts";
import { encodeMessage } from "./message-header.ts";
import { nextNumber } from "./sent-count.ts";
import type { Counted, SentCount } from "./sent-count.ts";
import { isSignalBytes } from "./signal-bytes.ts";

export interface SealedEntry {
  /** Store it before the entry leaves: the circle that was given would use the same key again. */
  readonly circle: Circle;
  readonly body: Uint8Array;
  /** By it our own entry is known when the log shows it. */
  readonly entryId: Uint8Array;
}

export interface SealedContent extends SealedEntry {
  /** What the body holds: from it and the body's nonce the body can be made again. */
  readonly message: Uint8Array;
  /** Give it again with the same message. */
  readonly counted: Counted | undefined;
}

export interface SealFault {
  readonly kind:
    | "too-large"
    /** The epoch has no key left for us. */
    | "exhausted"
    | "paused";
}

export interface ContentToSeal {
  /** 16 random bytes, the same for every attempt: by them the others drop what they have. */
  readonly messageId: Uint8Array;
  /** Minutes since 1970. */
  readonly minute: number;
  readonly content: Uint8Array;
  /** The number that an earlier seal of it got. */
  readonly counted?: Counted | undefined;
}

/**
 * An entry for the current log, in the current epoch. Only after catching up with the log in this run; whatever the log
 * shows as not read is sealed again under the same id.
 */
export function sealContent(
  circle: Circle,
  env: CircleEnv,
  o: ContentToSeal,
): Result<SealedContent, SealFault> {
  if (isPaused(circle)) return err({ kind: "paused" });
  const { own, context } = circle.mls;
  const { counted, sent } = numberFor(circle, o);
  const sealed = env.mls.protectApplication(
    circle.mls,
    groupEnvOf(circle, env),
    {
      data: encodeMessage(
        {
          messageId: o.messageId,
          leaf: own.leafIndex,
          epoch: context.epoch,
          minute: o.minute,
          counted,
        },
        o.content,
      ),
      authenticatedData: ownAuthenticatedData(circle),
    },
  );
  if (!sealed.ok) {
    assertInvariant(
      sealed.error.code === "epoch-exhausted",
      "an application message has no other fault",
    );
    return err({ kind: "exhausted" });
  }
  const { state, message } = sealed.value;
  const entry = sealMessage(circle, env, message);
  return entry.ok
    ? ok({
        circle: { ...circle, mls: state, sent },
        ...entry.value,
        message,
        counted,
      })
    : entry;
}

/** CI-190: the number that the message has, or the next one; one of another group means nothing here. */
function numberFor(
  { sent, mls }: Circle,
  { counted, content }: ContentToSeal,
): { readonly counted: Counted | undefined; readonly sent: SentCount } {
  const { epoch } = mls.context;
  if (isSignalBytes(content)) return { counted: undefined, sent };
  return counted !== undefined && counted.epoch <= epoch
    ? { counted, sent }
    : nextNumber(sent, epoch);
}

/** An MLS message as an entry for the current log. */
export function sealMessage(
  circle: Circle,
  env: CircleEnv,
  message: Uint8Array,
): Result<
  { readonly body: Uint8Array; readonly entryId: Uint8Array },
  { readonly kind: "too-large" }
> {
  const body = sealEnvelope({
    key: currentKey(circle).envelopeKey,
    logId: circle.log.logId,
    message,
    random: env.random,
  });
  return body.ok
    ? ok({ body: body.value, entryId: entryIdOf(sha256, body.value) })
    : err({ kind: "too-large" });
}
