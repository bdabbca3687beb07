import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { DeviceCheck } from "../features/device-check/DeviceCheck.tsx";
import type { Probe } from "../features/device-check/probe.ts";
import { Page } from "../ui/Page.tsx";
import style from "./App.module.css";
import { hrefOf, PATHS } from "./paths.ts";

interface DevicePageProps {
  readonly probe: Probe;
  readonly languages: ReactNode;
}

/** Whether this browser can run the app; reachable even where the app itself does not start. */
export function DevicePage({ probe, languages }: DevicePageProps) {
  const { t } = useLingui();
  return (
    <main className={style.shell}>
      <div />
      <Page
        title={t`Check this device`}
        back={{ href: hrefOf(PATHS.me), label: t`Back` }}
        actions={languages}
      >
        <DeviceCheck probe={probe} />
      </Page>
    </main>
  );
}
