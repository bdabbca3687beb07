import { Plural, Trans } from "@lingui/react/macro";
import { useCallback, useEffect, useId, useReducer, useRef } from "react";
import { Button } from "../../ui/Button.tsx";
import type { SegmentTone } from "../../ui/ring-geometry.ts";
import { Ring } from "../../ui/Ring.tsx";
import { Sign } from "../../ui/Sign.tsx";
import { formatSize } from "../../ui/format-size.ts";
import { useLocale } from "../../ui/use-locale.ts";
import { CheckDetails } from "./CheckDetails.tsx";
import { CheckRow } from "./CheckRow.tsx";
import {
  CHECKS,
  notChecked,
  reduceDevice,
  summarize,
  type DeviceState,
  type Finding,
} from "./check.ts";
import style from "./DeviceCheck.module.css";
import type { Probe } from "./probe.ts";

/** Checks the device when it is shown and whenever somebody asks again. */
export function DeviceCheck({ probe }: { readonly probe: Probe }) {
  const { state, checkAgain } = useDeviceCheck(probe);
  const heading = useId();

  const locale = useLocale();
  const free =
    state.freeBytes === undefined ? "" : formatSize(state.freeBytes, locale);
  return (
    <section className={style.leaf} aria-labelledby={heading}>
      <header className={style.head}>
        <SummaryRing state={state} />
        <div>
          <h2 id={heading} className={style.heading}>
            <Trans>Can this browser run Halqa?</Trans>
          </h2>
          <p role="status" className={style.summary}>
            <Summary state={state} />
          </p>
        </div>
      </header>
      <ul className={style.rows}>
        {CHECKS.map((check) => (
          <CheckRow
            key={check}
            check={check}
            finding={state.findings[check]}
            free={free}
          />
        ))}
      </ul>
      <Button onPress={checkAgain}>
        <Trans>Check again</Trans>
      </Button>
      <p className={style.quiet}>
        <Trans>
          The check runs on this device, sends nothing, and deletes what it
          saved.
        </Trans>
      </p>
      <CheckDetails state={state} free={free} />
    </section>
  );
}

function useDeviceCheck(probe: Probe): {
  readonly state: DeviceState;
  readonly checkAgain: () => void;
} {
  const [state, dispatch] = useReducer(reduceDevice, notChecked);
  const stop = useRef<() => void>(() => undefined);
  const checkAgain = useCallback(() => {
    stop.current();
    dispatch({ kind: "started" });
    stop.current = probe(dispatch);
  }, [probe]);
  useEffect(() => {
    checkAgain();
    return () => stop.current();
  }, [checkAgain]);
  return { state, checkAgain };
}

function Summary({ state }: { readonly state: DeviceState }) {
  const { isDone, failed } = summarize(state);
  if (!isDone) return <Trans>Checking …</Trans>;
  if (failed === 0) return <Trans>Yes, everything needed is here.</Trans>;
  return (
    <Plural
      value={failed}
      one="Not yet: one thing is missing. Its row says what to do."
      other="Not yet: # things are missing. Their rows say what to do."
    />
  );
}

const TONES: Record<Finding["state"], SegmentTone> = {
  waiting: "quiet",
  passed: "good",
  note: "warn",
  failed: "accent",
};

function SummaryRing({ state }: { readonly state: DeviceState }) {
  const { isDone, failed } = summarize(state);
  const segments = CHECKS.map((check) => TONES[state.findings[check].state]);
  return (
    <Ring size="small" segments={segments}>
      {isDone && <Sign kind={failed === 0 ? "passed" : "failed"} />}
    </Ring>
  );
}
