import type { CommandValue } from "@halqa/engine";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState, type FormEvent } from "react";
import { useRun } from "../../client/EngineContext.ts";
import { useAct } from "../../client/use-act.ts";
import { Button } from "../../ui/Button.tsx";
import { Code } from "../../ui/Code.tsx";
import { Fault, TextField } from "../../ui/Field.tsx";
import { QrCode } from "../../ui/QrCode.tsx";
import { ScanButton } from "../../ui/ScanButton.tsx";
import { compareTyped } from "./compare-typed.ts";
import type { MemberCardProps } from "./member-card-props.ts";
import style from "./Members.module.css";

type Safety = Extract<CommandValue, { kind: "safety-number" }>;

/** The number that both see, the code for a camera, and what one says after comparing. */
export function SafetyNumber({ view, person, onClose }: MemberCardProps) {
  const { t } = useLingui();
  const { act, fault } = useAct();
  const { circle } = view.summary;
  const { member, name, verified } = person;
  const safety = useSafety(circle, member);
  const mark = async (isVerified: boolean): Promise<void> => {
    const done = await act({
      command: "mark-verified",
      circle,
      member,
      verified: isVerified,
    });
    if (done && isVerified) onClose();
  };
  if (safety === undefined) return null;
  return (
    <>
      <p>
        <Trans>
          Meet <bdi>{name}</bdi>, or call. On both screens the same number has
          to stand:
        </Trans>
      </p>
      <Code digits={safety.number} label={t`Number`} />
      <div className={style.answers}>
        <Button look="primary" onPress={() => void mark(true)}>
          <Trans>The same number</Trans>
        </Button>
        {verified && (
          <Button onPress={() => void mark(false)}>
            <Trans>Take the mark away</Trans>
          </Button>
        )}
      </div>
      <Scan {...{ circle, member }} onSame={onClose} />
      <Compare {...{ circle, member, safety }} onSame={onClose} />
      {fault && <Fault>{fault}</Fault>}
      <details className={style.details}>
        <summary>
          <Trans>As a code for a camera</Trans>
        </summary>
        <QrCode text={safety.code} label={t`The number as a code`} />
      </details>
      <p className={style.sub}>
        <Trans>
          Another number means that somebody may stand between you. Do not write
          anything that could harm you, and tell the stewards.
        </Trans>
      </p>
    </>
  );
}

function useSafety(circle: string, member: string): Safety | undefined {
  const run = useRun();
  const [safety, setSafety] = useState<Safety>();
  useEffect(() => {
    let isCurrent = true;
    const ask = async (): Promise<void> => {
      const reply = await run({ command: "safety-number", circle, member });
      if (!isCurrent || !reply.ok) return;
      if (reply.value.kind === "safety-number") setSafety(reply.value);
    };
    void ask();
    return () => {
      isCurrent = false;
    };
  }, [run, circle, member]);
  return safety;
}

interface ScanProps {
  readonly circle: string;
  readonly member: string;
  readonly onSame: () => void;
}

/** The other's screen before the own camera: the engine compares, and marks only what is the same. */
function Scan({ circle, member, onSame }: ScanProps) {
  const { act, fault } = useAct();
  const [isOther, setOther] = useState(false);
  const compare = async (code: string): Promise<void> => {
    const value = await act({
      command: "compare-safety",
      circle,
      member,
      code,
    });
    if (value?.kind !== "compared") return;
    setOther(!value.same);
    if (value.same) onSame();
  };
  return (
    <>
      <ScanButton find={codeIn} onFound={(code) => void compare(code)}>
        <Trans>Scan their code</Trans>
      </ScanButton>
      {isOther && (
        <Fault>
          <Trans>This is another number. Somebody may stand between you.</Trans>
        </Fault>
      )}
      {fault && <Fault>{fault}</Fault>}
    </>
  );
}

function codeIn(text: string): string | undefined {
  return /^s1\.[\w-]+$/u.exec(text.trim())?.[0];
}

interface CompareProps {
  readonly circle: string;
  readonly member: string;
  readonly safety: Safety;
  readonly onSame: () => void;
}

/** For who rather types what the other reads out, or has the other's code as text. */
function Compare({ circle, member, safety, onSame }: CompareProps) {
  const { t } = useLingui();
  const { act, fault } = useAct();
  const [typed, setTyped] = useState("");
  const [isOther, setOther] = useState(false);
  const compare = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const byDigits = compareTyped(typed, safety.number);
    setOther(byDigits === "different");
    if (byDigits === "different") return;
    const value = await act(
      byDigits === "same"
        ? { command: "mark-verified", circle, member, verified: true }
        : { command: "compare-safety", circle, member, code: typed.trim() },
    );
    if (value?.kind === "compared" && !value.same) setOther(true);
    else if (value) onSame();
  };
  const words = isOther
    ? t`This is another number. Somebody may stand between you.`
    : fault;
  return (
    <details className={style.details}>
      <summary>
        <Trans>Type the number instead</Trans>
      </summary>
      <form className={style.check} onSubmit={(event) => void compare(event)}>
        <TextField
          label={t`What the other screen shows`}
          dir="ltr"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          fault={words}
          required
          onType={setTyped}
        />
        <Button>
          <Trans>Compare</Trans>
        </Button>
      </form>
    </details>
  );
}
