// Short lessons on staying safe with this app, each with what one can do about it (docs/spec/app.md, AP-90). What they say of
// the relay and of the limits is what docs/threat-model.md says; they promise nothing beyond it.

import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ReactNode } from "react";
import { keeperFaults } from "../../client/keeper-words.ts";
import { useKeeper, useKeeping } from "../../client/KeeperContext.ts";
import type { Tick } from "../../client/ticks.ts";
import { Fault, Switch } from "../../ui/Field.tsx";
import { formatNumber } from "../../ui/format-number.ts";
import { Page, type BackLink } from "../../ui/Page.tsx";
import { useLocale } from "../../ui/use-locale.ts";
import style from "./Guide.module.css";
import { lessons } from "./lessons.tsx";

interface GuideProps {
  readonly back: BackLink;
}

/** All lessons, the first one open. What is ticked stays on this device. */
export function Guide({ back }: GuideProps) {
  const { t, i18n } = useLingui();
  const { keep } = useKeeper();
  const keeping = useKeeping();
  const [fault, setFault] = useState("");
  if (keeping === undefined) return null;
  const turn = async (tick: Tick, isOn: boolean): Promise<void> => {
    const answer = await keep({ task: "tick", tick, isOn });
    setFault(answer.ok ? "" : i18n._(keeperFaults[answer.fault]));
  };
  return (
    <Page title={t`Staying safe`} back={back}>
      <p className={style.intro}>
        <Trans>
          Six short lessons. What you tick here stays on this device, and nobody
          else sees it.
        </Trans>
      </p>
      {fault && <Fault>{fault}</Fault>}
      <div>
        {lessons.map(({ id, title, text, steps }, at) => (
          <Lesson
            key={id}
            id={id}
            title={title}
            isFirst={at === 0}
            done={
              steps.filter(({ tick }) => keeping.ticks.includes(tick)).length
            }
            of={steps.length}
          >
            {text}
            {steps.map(({ tick, label }) => (
              <Switch
                key={tick}
                label={label}
                isOn={keeping.ticks.includes(tick)}
                onSwitch={(isOn) => void turn(tick, isOn)}
              />
            ))}
          </Lesson>
        ))}
      </div>
    </Page>
  );
}

interface LessonProps {
  readonly id: string;
  readonly title: ReactNode;
  readonly isFirst: boolean;
  readonly done: number;
  readonly of: number;
  readonly children: ReactNode;
}

function Lesson({ id, title, isFirst, done, of, children }: LessonProps) {
  const locale = useLocale();
  const [isOpen, setOpen] = useState(isFirst);
  const ticked = formatNumber(done, locale);
  const all = formatNumber(of, locale);
  return (
    <details
      className={style.lesson}
      data-lesson={id}
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary className={style.summary}>
        <h2>{title}</h2>
        <span className={style.count} data-whole={done === of}>
          <Trans>
            {ticked} of {all}
          </Trans>
        </span>
      </summary>
      <div className={style.body}>{children}</div>
    </details>
  );
}
