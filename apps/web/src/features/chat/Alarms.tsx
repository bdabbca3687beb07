import type { Alarm, CircleSummary, RepairView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useRun } from "../../client/EngineContext.ts";
import { Banner } from "../../ui/Banner.tsx";
import { alarmAction, commandsOf, type AlarmAction } from "./alarm-action.ts";
import { keptHere, lookForUpdate, type Look } from "./look-for-update.ts";

interface AlarmsProps {
  readonly summary: CircleSummary;
}

/** What members have to know when the relay or this device goes wrong, in plain words and with one action each. */
export function Alarms({ summary }: AlarmsProps) {
  const kinds = [...new Set(summary.alarms.map(({ kind }) => kind))];
  return kinds.map((kind) => (
    <AlarmBanner key={kind} kind={kind} summary={summary} />
  ));
}

interface AlarmBannerProps extends AlarmsProps {
  readonly kind: Alarm["kind"];
}

function AlarmBanner({ kind, summary }: AlarmBannerProps) {
  const { t } = useLingui();
  const run = useRun();
  const [look, setLook] = useState<Look>();
  const { circle, alarms, repair } = summary;
  const isSevere = kind === "halted" || kind === "clone";
  const action = alarmAction(kind, repair);
  const labels: Record<AlarmAction, string> = {
    "ask-again": t`Ask to be let in again`,
    acknowledge: t`I have seen it`,
    "look-for-update": t`Look for an update`,
  };
  const ids = alarms.filter((one) => one.kind === kind).map(({ id }) => id);
  const press = (chosen: AlarmAction): void => {
    for (const command of commandsOf(chosen, circle, ids)) void run(command);
    if (chosen !== "look-for-update") return;
    setLook("looking");
    void lookForUpdate(keptHere).then(setLook);
  };
  return (
    <Banner
      tone={isSevere ? "bad" : "warn"}
      action={action && { label: labels[action], onPress: () => press(action) }}
    >
      <AlarmWords kind={kind} />
      {(kind === "halted" || kind === "gone") && (
        <RepairWords repair={repair} />
      )}
      <LookWords look={look} />
    </Banner>
  );
}

function AlarmWords({ kind }: { readonly kind: Alarm["kind"] }) {
  switch (kind) {
    case "fork":
      return (
        <Trans>
          <strong>Members were shown different things.</strong> The relay gave
          you another order of messages than somebody else. Compare the last
          messages with another member, face to face, before you rely on them.
        </Trans>
      );
    case "rollback":
      return (
        <Trans>
          <strong>The relay has lost messages that were here.</strong> You still
          have them, others may not. Tell the stewards.
        </Trans>
      );
    case "unconfirmed":
      return (
        <Trans>
          <strong>Nobody has answered since somebody was removed.</strong> Until
          a member is heard again, it is not sure that the removal counts. Ask
          another member to open the circle.
        </Trans>
      );
    case "left-behind":
      return (
        <Trans>
          <strong>Somebody goes on as if a removal had not been.</strong> The
          relay may show them another circle. Tell them face to face, and tell
          the stewards.
        </Trans>
      );
    case "gone":
      return (
        <Trans>
          <strong>You were away for too long.</strong> The relay does not keep
          what came in between. A steward’s device can let yours in again.
        </Trans>
      );
    case "clone":
      return (
        <Trans>
          <strong>Somebody may have a copy of this device.</strong> Something
          was said in your name that this device did not say. Tell a steward
          face to face.
        </Trans>
      );
    case "halted":
      return (
        <Trans>
          <strong>This device cannot follow the circle any more.</strong> You
          can read what is here. A steward’s device can let yours in again.
        </Trans>
      );
    case "newer-version":
      return (
        <Trans>
          <strong>This circle needs a newer version of Halqa.</strong> You can
          read what is here; what you write waits until Halqa is updated.
        </Trans>
      );
  }
}

/** What came of looking for an update; one that is found offers itself above. */
function LookWords({ look }: { readonly look: Look | undefined }) {
  if (look === undefined || look === "found") return null;
  return (
    <>
      {" "}
      {look === "looking" ? (
        <Trans>Looking …</Trans>
      ) : (
        <Trans>Nothing newer was found yet. Try again later.</Trans>
      )}
    </>
  );
}

/** How far it is with coming in again. */
function RepairWords({ repair }: { readonly repair: RepairView | undefined }) {
  if (repair === undefined || (repair.asked === 0 && !repair.coming))
    return null;
  return (
    <>
      {" "}
      {repair.coming ? (
        <Trans>You were let in again. One moment …</Trans>
      ) : (
        <Trans>It was asked for; a steward’s device has to be online.</Trans>
      )}
    </>
  );
}
