// Shows the app over a scripted engine, in the development server alone: /stage.html?scene=busy&lang=ar

import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "../app/App.tsx";
import { activateLocale } from "../app/catalogues.ts";
import type { AppPorts } from "../app/ports.ts";
import { createCell } from "../client/cell.ts";
import type { EngineState } from "../client/engine-host.ts";
// oxlint-disable-next-line import/no-unassigned-import -- a style sheet has nothing to assign
import "../ui/page.css";
import { createFakeEngine } from "./fake-engine.ts";
import { SCENES } from "./scenes.ts";

const wanted = new URLSearchParams(location.search);
const scene = wanted.get("scene") ?? "busy";
const world = SCENES[scene];

const states: Readonly<Record<string, EngineState>> = {
  elsewhere: { kind: "elsewhere" },
  failed: { kind: "failed", because: "not-opened" },
  starting: { kind: "starting" },
};
const state = createCell<EngineState>(
  world
    ? { kind: "ready", client: createFakeEngine(world) }
    : (states[scene] ?? { kind: "starting" }),
);
const invite = createCell<string | undefined>(
  scene === "invited" ? "j1.x" : undefined,
);
const never = { current: () => undefined, subscribe: () => () => undefined };
const ports: AppPorts = {
  host: { ...state, takeOver: () => undefined },
  invite,
  update:
    wanted.get("update") === null ? never : { ...never, current: () => reload },
  install: never,
  isManualInstall: false,
  probe: () => () => undefined,
  rememberLanguage: () => undefined,
  askToKeep: () => undefined,
};

function reload(): void {
  location.reload();
}

async function show(): Promise<void> {
  await activateLocale(wanted.get("lang") === "en" ? "en" : "ar");
  const root = document.getElementById("root");
  if (root === null) throw new TypeError("stage.html has no #root");
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <App ports={ports} />
      </I18nProvider>
    </StrictMode>,
  );
}

void show();
