import type { Alarm } from "@halqa/engine";
import { Trans } from "@lingui/react/macro";
import { Banner } from "../../ui/Banner.tsx";

/** What members have to know when the relay or this device goes wrong, in plain words and with what to do. */
export function Alarms({ alarms }: { readonly alarms: readonly Alarm[] }) {
  const kinds = [...new Set(alarms.map(({ kind }) => kind))];
  return kinds.map((kind) => (
    <Banner key={kind} tone={kind === "halted" ? "bad" : "warn"}>
      <AlarmWords kind={kind} />
    </Banner>
  ));
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
    case "halted":
      return (
        <Trans>
          <strong>This device cannot follow the circle any more.</strong> You
          can read what is here. Ask a steward for a new invite.
        </Trans>
      );
  }
}
