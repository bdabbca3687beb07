/** Linking another device, as both devices show it (docs/spec/linking.md, LK-13; docs/spec/views.md, VW-3). */
import { encodeDeviceLink, linkCodeOf } from "../circle/device-link.ts";
import type { Linking } from "../step/linking-record.ts";
import { factsOf } from "../step/link-session.ts";
import type { ActiveLinking } from "../step/link-session.ts";
import type { AppView, LinkingView } from "./view.ts";

export function linkingView(
  linking: Linking | undefined,
): Pick<AppView, "linking"> {
  if (linking === undefined) return {};
  const { role, count: circles } = linking;
  if ("end" in linking)
    return { linking: { role, state: linking.end, circles } };
  return { linking: { role, ...stageOf(linking), circles } };
}

function stageOf(
  session: ActiveLinking,
): Pick<LinkingView, "state" | "link" | "code"> {
  const facts = factsOf(session);
  if (facts === undefined)
    return session.role === "new"
      ? { state: "waiting", link: encodeDeviceLink(session.link) }
      : { state: "waiting" };
  const code = linkCodeOf(facts);
  if (!session.isConfirmed) return { state: "comparing", code };
  return { state: isAgreed(session) ? "linking" : "confirmed", code };
}

/** Whether the other one is known to have confirmed as well. */
function isAgreed(session: ActiveLinking): boolean {
  return session.role === "new" ? session.taken > 0 : session.isPeerReady;
}
