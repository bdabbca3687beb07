import { useLingui } from "@lingui/react/macro";
import { useEffect, useState, lazy, type ReactNode } from "react";
import { useLocation } from "wouter";
import { faultWords } from "../client/describe-fault.ts";
import { useRun } from "../client/EngineContext.ts";
import type { BeginFault } from "../client/keeper.ts";
import { keeperFaults } from "../client/keeper-words.ts";
import {
  FirstRun,
  type FirstRunProps,
} from "../features/first-run/FirstRun.tsx";
import style from "./App.module.css";
import { Opening } from "./EngineStates.tsx";
import { hrefOf, PATHS } from "./paths.ts";
import type { AppPorts } from "./ports.ts";
import { useInviteLink } from "./use-invite-link.ts";

const InstallFirst = lazy(async () => ({
  default: (await import("../features/first-run/InstallFirst.tsx"))
    .InstallFirst,
}));
const Restore = lazy(async () => ({
  default: (await import("../features/your-data/Restore.tsx")).Restore,
}));

interface NewDeviceProps {
  readonly ports: AppPorts;
  readonly languages: ReactNode;
}

/** Before there are keys here: installing where it has to come first, a backup, an invite, or a name. */
export function NewDevice({ ports, languages }: NewDeviceProps) {
  const { host, lasting } = ports;
  const { t } = useLingui();
  const [location, navigate] = useLocation();
  const link = useInviteLink(ports);
  const [isSkipped, setSkipped] = useState(false);
  const { place } = ports.installing;
  const isInside = place === "inside-other-app";
  if ((isInside || place === "by-hand") && !isSkipped) {
    return (
      <InstallFirst
        isInside={isInside}
        languages={languages}
        onSkip={() => setSkipped(true)}
      />
    );
  }
  if (location === PATHS.restore) {
    return (
      <Restore
        back={{ href: hrefOf(PATHS.home), label: t`Back` }}
        host={host}
        onRestored={() => {
          void lasting.ask();
          navigate(PATHS.home, { replace: true });
        }}
      />
    );
  }
  if (link !== undefined || location === PATHS.join)
    return <BeginForInvite ports={ports} />;
  const begin: FirstRunProps["onBegin"] = async ({ name, passphrase }) => {
    const beginning = { name, passphrase };
    const fault = await host.begin({ to: "begin", beginning });
    if (fault !== undefined) return keeperFaults[keeperFaultOf(fault)];
    void lasting.ask();
    return undefined;
  };
  return (
    <main className={style.solo}>
      <FirstRun
        languages={languages}
        checkHref={hrefOf(PATHS.device)}
        restoreHref={hrefOf(PATHS.restore)}
        onBegin={begin}
        onSuggest={async () => {
          const answer = await host.keep({ task: "suggest-passphrase" });
          return answer.ok ? answer.words : undefined;
        }}
      />
    </main>
  );
}

/** An invite is read by the engine, which needs keys: they are made without a question, and a name is asked for beside the invite. */
function BeginForInvite({ ports }: { readonly ports: AppPorts }) {
  const { host } = ports;
  useEffect(() => {
    const beginning = { name: undefined, passphrase: undefined };
    void host.begin({ to: "begin", beginning });
  }, [host]);
  return <Opening />;
}

/** Keys without a person, as after an invite that came to nothing: a name, or a backup in their place. */
export function NameFirst({ ports, languages }: NewDeviceProps) {
  const { host, lasting } = ports;
  const [location] = useLocation();
  const run = useRun();
  const isRestoring = location === PATHS.restore;
  useEffect(() => {
    if (isRestoring) host.clear();
  }, [host, isRestoring]);
  if (isRestoring) return <Opening />;
  return (
    <FirstRun
      languages={languages}
      checkHref={hrefOf(PATHS.device)}
      restoreHref={hrefOf(PATHS.restore)}
      onBegin={async ({ name }) => {
        const reply = await run({ command: "set-profile", name });
        if (!reply.ok) return faultWords[reply.error];
        void lasting.ask();
        return undefined;
      }}
    />
  );
}

function keeperFaultOf({ kind }: BeginFault): keyof typeof keeperFaults {
  return kind === "weak-passphrase" || kind === "out-of-memory"
    ? kind
    : "storage-failed";
}
