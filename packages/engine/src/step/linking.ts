/**
 * A session in which two devices of a person link (docs/spec/linking.md, LK-10 to LK-16): who is heard, and in which order. What the
 * messages bring is done by `link-new.ts` and `link-existing.ts`.
 */
import { equalBytes } from "@halqa/bytes";
import { linkCommitmentOf, linkSessionOf } from "../circle/device-link.ts";
import {
  openLinkMessage,
  openOffer,
  openReveal,
  sealReveal,
} from "../circle/link-box.ts";
import type { Durable } from "./durable.ts";
import type { StepEnv } from "./env.ts";
import type { JobContext } from "./job-context.ts";
import { takeAsExisting } from "./link-existing.ts";
import { takeAsNew } from "./link-new.ts";
import { abort, boxTo, endOf, factsOf, isOver } from "./link-session.ts";
import type { ActiveLinking } from "./link-session.ts";
import { activeLinking } from "./linking-record.ts";
import type { ExistingDevice, NewDevice } from "./linking-record.ts";

/** A message of the session's inbox. Anybody who saw the link can write there: what is not the other device's is passed over. */
export function takeLinking(context: JobContext, box: Uint8Array): Durable {
  const { durable } = context.state;
  const session = activeLinking(durable.linking);
  if (session === undefined || isOver(session, context.env.now)) return durable;
  if (session.role === "new" && session.peer === undefined)
    return { ...durable, linking: takeOffer(context.env, session, box) };
  if (session.role === "existing" && session.peerNonce === undefined)
    return { ...durable, linking: takeReveal(session, box) };
  return takeMessage(context, session, box);
}

/** LK-12: the first one counts. Should it be a stranger's, the digits tell. */
function takeOffer(
  env: StepEnv,
  session: NewDevice,
  box: Uint8Array,
): NewDevice {
  const id = linkSessionOf(session.link);
  const keyPair = session.sealing;
  const offer = openOffer({ session: id, keyPair, box });
  if (offer === undefined) return session;
  const { sendId, sealingKey, nonce } = offer;
  const reveal = sealReveal({
    session: id,
    publicKey: sealingKey,
    nonce: session.nonce,
    random: env.random,
  });
  if (reveal === undefined) return session;
  const peer = { sendId, sealingKey };
  const out = [...session.out, boxTo(session, { sendId, box: reveal })];
  return { ...session, peer, peerNonce: nonce, out };
}

/** LK-13: only the nonce to which the link bound its maker. */
function takeReveal(session: ExistingDevice, box: Uint8Array): ExistingDevice {
  const id = linkSessionOf(session.link);
  const keyPair = session.sealing;
  const nonce = openReveal({ session: id, keyPair, box });
  const isBound =
    nonce !== undefined &&
    equalBytes(linkCommitmentOf(nonce), session.link.commitment);
  return isBound ? { ...session, peerNonce: nonce } : session;
}

/** LK-14: the one that comes next; what was taken before comes again after a crash, and is nothing new. */
function takeMessage(
  context: JobContext,
  session: ActiveLinking,
  box: Uint8Array,
): Durable {
  const { durable } = context.state;
  const facts = factsOf(session);
  if (facts === undefined) return durable;
  const message = openLinkMessage({
    session: facts.session,
    keyPair: session.sealing,
    box,
    facts,
    from: session.role === "new" ? "existing" : "new",
  });
  if (message === undefined || message.number !== session.taken) return durable;
  const taken = session.taken + 1;
  if (message.kind === "cancel")
    return { ...durable, linking: endOf(session, "cancelled") };
  const next =
    session.role === "new"
      ? takeAsNew(context, { ...session, taken }, message)
      : takeAsExisting(context, { ...session, taken }, message);
  // LK-15: whoever says what may not be said now is not believed in anything more.
  return next ?? { ...durable, linking: abort(context.env, session, "failed") };
}
