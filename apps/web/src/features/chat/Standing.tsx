import type { CircleView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { faultWords } from "../../client/describe-fault.ts";
import { useRun } from "../../client/EngineContext.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Fault } from "../../ui/Field.tsx";
import { Emblem } from "../../ui/Ring.tsx";
import style from "./Standing.module.css";

interface StandingProps {
  readonly view: CircleView;
  readonly onForgotten: () => void;
}

/** Before one is in: what is waited for, and that it goes on by itself. */
export function Waiting({ view, onForgotten }: StandingProps) {
  const { t } = useLingui();
  const [isAsking, setAsking] = useState(false);
  const { name, standing } = view.summary;
  return (
    <div className={style.waiting}>
      <div className={style.words} role="status">
        <Emblem isWaiting />
        {standing === "joining" ? (
          <>
            <p className={style.title}>
              <Trans>You were let in.</Trans>
            </p>
            <p>
              <Trans>The circle is being opened on this device.</Trans>
            </p>
          </>
        ) : (
          <>
            <p className={style.title}>
              <Trans>
                You have asked to join <bdi>{name}</bdi>.
              </Trans>
            </p>
            <p>
              <Trans>
                A steward has to let you in. Tell the person who invited you.
                You may close Halqa meanwhile: the circle opens here by itself.
              </Trans>
            </p>
          </>
        )}
      </div>
      {standing === "waiting" && (
        <Button look="quiet" onPress={() => setAsking(true)}>
          <Trans>Stop waiting</Trans>
        </Button>
      )}
      {isAsking && (
        <Dialog
          title={t`Stop waiting?`}
          closeLabel={t`Close`}
          onClose={() => setAsking(false)}
        >
          <p>
            <Trans>To ask again you will need the invite again.</Trans>
          </p>
          <Forget
            circle={view.summary.circle}
            label={t`Stop waiting`}
            onForgotten={onForgotten}
          />
        </Dialog>
      )}
    </div>
  );
}

/** After one is out: what is here stays readable, nothing more can be said. */
export function Ended({ view, onForgotten }: StandingProps) {
  const { t } = useLingui();
  const { circle, standing } = view.summary;
  return (
    <div className={style.ended}>
      <p role="status">
        {standing === "removed" && (
          <Trans>
            You are no longer a member of this circle. What was said before
            stays on this device.
          </Trans>
        )}
        {standing === "declined" && (
          <Trans>
            Your request was declined. If that was a mistake, ask the person who
            invited you.
          </Trans>
        )}
        {standing === "halted" && (
          <Trans>Nothing can be sent from this device any more.</Trans>
        )}
      </p>
      <Forget
        circle={circle}
        label={t`Delete the circle from this device`}
        onForgotten={onForgotten}
      />
    </div>
  );
}

interface ForgetProps {
  readonly circle: string;
  readonly label: string;
  readonly onForgotten: () => void;
}

function Forget({ circle, label, onForgotten }: ForgetProps) {
  const { i18n } = useLingui();
  const run = useRun();
  const [fault, setFault] = useState("");
  const forget = async (): Promise<void> => {
    const reply = await run({ command: "forget-circle", circle });
    if (reply.ok) onForgotten();
    else setFault(i18n._(faultWords[reply.error]));
  };
  return (
    <>
      {fault && <Fault>{fault}</Fault>}
      <Button look="danger" onPress={() => void forget()}>
        {label}
      </Button>
    </>
  );
}
