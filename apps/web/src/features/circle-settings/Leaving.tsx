import type { CircleView } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useAct } from "../../client/use-act.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Fault, Select } from "../../ui/Field.tsx";
import style from "./CircleSettings.module.css";

interface LeavingProps {
  readonly view: CircleView;
}

/** Leaving the circle, and for stewards closing it. */
export function Leaving({ view }: LeavingProps) {
  const { t } = useLingui();
  const [step, setStep] = useState<"leave" | "close">();
  const { summary, may, pending } = view;
  if (summary.closed || summary.standing !== "member") return null;
  const isAlone = view.members.length < 2;
  const end = (): void => setStep(undefined);
  if (pending.some(({ act }) => act === "leave" || act === "close")) {
    return (
      <p role="status" className={style.quiet}>
        <Trans>
          It is under way. It is done when the relay was reached and another
          member’s device has seen it.
        </Trans>
      </p>
    );
  }
  return (
    <section className={style.ends}>
      {!isAlone && (
        <Button look="danger" onPress={() => setStep("leave")}>
          <Trans>Leave the circle</Trans>
        </Button>
      )}
      {may.manage && (
        <Button
          look={isAlone ? "danger" : "quiet"}
          onPress={() => setStep("close")}
        >
          <Trans>Close the circle for everybody</Trans>
        </Button>
      )}
      {step === "leave" && (
        <Dialog
          title={t`Leave the circle?`}
          closeLabel={t`Close`}
          onClose={end}
        >
          <Leave view={view} onEnd={end} />
        </Dialog>
      )}
      {step === "close" && (
        <Dialog
          title={t`Close the circle for everybody?`}
          closeLabel={t`Close`}
          onClose={end}
        >
          <Close view={view} onEnd={end} />
        </Dialog>
      )}
    </section>
  );
}

interface EndProps extends LeavingProps {
  readonly onEnd: () => void;
}

function Leave({ view, onEnd }: EndProps) {
  const { t } = useLingui();
  const { act, fault, isBusy } = useAct();
  const { circle } = view.summary;
  const others = view.members.filter(({ own }) => !own);
  const [successor, setSuccessor] = useState(others[0]?.member ?? "");
  const needsSuccessor = !view.may.leave;
  const leave = async (): Promise<void> => {
    const left = await act({
      command: "leave-circle",
      circle,
      ...(needsSuccessor && { successor }),
    });
    if (left) onEnd();
  };
  return (
    <>
      <p>
        <Trans>
          From then on you see nothing new. What was said before stays on this
          device until you delete it.
        </Trans>
      </p>
      {needsSuccessor && (
        <>
          <p>
            <Trans>
              You are the only steward. Who is to let people in after you?
            </Trans>
          </p>
          <Select
            label={t`The next steward`}
            value={successor}
            options={others.map(({ member, name }) => ({
              value: member,
              label: name,
            }))}
            onChoose={setSuccessor}
          />
        </>
      )}
      {fault && <Fault>{fault}</Fault>}
      <Button look="primary" disabled={isBusy} onPress={() => void leave()}>
        <Trans>Leave</Trans>
      </Button>
      <Button onPress={onEnd}>
        <Trans>Stay</Trans>
      </Button>
    </>
  );
}

function Close({ view, onEnd }: EndProps) {
  const { act, fault, isBusy } = useAct();
  const { circle } = view.summary;
  const close = async (): Promise<void> => {
    if (await act({ command: "close-circle", circle })) onEnd();
  };
  return (
    <>
      <p>
        <Trans>
          Nobody can write here any more, and this cannot be taken back. Members
          keep what was said until they delete it.
        </Trans>
      </p>
      {fault && <Fault>{fault}</Fault>}
      <Button look="danger" disabled={isBusy} onPress={() => void close()}>
        <Trans>Close it for everybody</Trans>
      </Button>
      <Button onPress={onEnd}>
        <Trans>Leave it open</Trans>
      </Button>
    </>
  );
}
