import { useLingui } from "@lingui/react/macro";
import { Sign } from "../../ui/Sign.tsx";
import { Spoken } from "../../ui/Spoken.tsx";
import type { CheckId, Finding } from "./check.ts";
import style from "./CheckRow.module.css";
import { sayings, states, titles } from "./words.ts";

interface CheckRowProps {
  readonly check: CheckId;
  readonly finding: Finding;
  readonly free: string;
}

export function CheckRow({ check, finding, free }: CheckRowProps) {
  const { i18n } = useLingui();
  return (
    <li className={style.row} data-check={check} data-state={finding.state}>
      <span className={style.sign}>
        <Sign kind={finding.state} />
      </span>
      <h3 className={style.title}>
        <Spoken>{i18n._(states[finding.state])} </Spoken>
        {i18n._(titles[check])}
      </h3>
      {finding.state !== "waiting" && (
        <p className={style.saying}>
          {i18n._({ ...sayings[finding.says], values: { free } })}
        </p>
      )}
    </li>
  );
}
