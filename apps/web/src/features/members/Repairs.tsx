import type { CircleView, RepairRequestView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useAct } from "../../client/use-act.ts";
import { Button } from "../../ui/Button.tsx";
import { Code } from "../../ui/Code.tsx";
import { Fault } from "../../ui/Field.tsx";
import { Leaf } from "../../ui/Leaf.tsx";
import { Spoken } from "../../ui/Spoken.tsx";
import style from "./Members.module.css";

/** Devices of members that ask to be let in again, and about which a steward has to decide. */
export function Repairs({ view }: { readonly view: CircleView }) {
  if (!view.may.manage) return null;
  const { circle } = view.summary;
  return view.repairs.map((request) => (
    <Repair key={request.id} circle={circle} request={request} />
  ));
}

interface RepairProps {
  readonly circle: string;
  readonly request: RepairRequestView;
}

function Repair({ circle, request }: RepairProps) {
  const { act, fault } = useAct();
  const { t } = useLingui();
  const { id, name, cause, state, number } = request;
  const decide = (command: "approve-repair" | "decline-repair") => () =>
    void act({ command, circle, request: id });
  return (
    <Leaf
      tone="warn"
      title={
        <Trans>
          <bdi>{name}</bdi> asks to be let in again
        </Trans>
      }
      lines={
        <p>
          {cause === "gone" && <Trans>The device was away for too long.</Trans>}
          {cause === "halted" && (
            <Trans>The device could not follow the circle any more.</Trans>
          )}
          {cause === "restored" && (
            <Trans>
              The device was lost, and a new one comes out of a backup. Compare
              this number face to face or on the phone before you let it in:
            </Trans>
          )}
          {cause === "clone" && (
            <Trans>
              Somebody may have a copy of the device. Talk to this person face
              to face first.
            </Trans>
          )}
        </p>
      }
    >
      {cause === "restored" && number !== "" && (
        <Code digits={number} label={t`The number with ${name}`} />
      )}
      {state === "approving" ? (
        <p role="status" className={style.sub}>
          <Trans>Being let in …</Trans>
        </p>
      ) : (
        <div className={style.answers}>
          <Button look="primary" onPress={decide("approve-repair")}>
            <span>
              <Trans>Let in</Trans> <Spoken>{name}</Spoken>
            </span>
          </Button>
          <Button onPress={decide("decline-repair")}>
            <span>
              <Trans>Decline</Trans> <Spoken>{name}</Spoken>
            </span>
          </Button>
        </div>
      )}
      {fault && <Fault>{fault}</Fault>}
    </Leaf>
  );
}
