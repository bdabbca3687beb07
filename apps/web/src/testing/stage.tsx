// Shows the app over a scripted engine, in the development server alone: /stage.html?scene=busy&lang=ar

import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "../app/App.tsx";
import { activateLocale } from "../app/catalogues.ts";
import { chooseLocale } from "../app/language.ts";
import type { AppPorts } from "../app/ports.ts";
import { createCell } from "../client/cell.ts";
import type { EngineState } from "../client/engine-host.ts";
// oxlint-disable-next-line import/no-unassigned-import -- a style sheet has nothing to assign
import "../ui/page.css";
import { createFakeEngine } from "./fake-engine.ts";
import { SCENES } from "./scenes.ts";
import { stillKeeper } from "./still-keeper.ts";

const wanted = new URLSearchParams(location.search);
const scene = wanted.get("scene") ?? "busy";
const world = SCENES[scene];

const states: Readonly<Record<string, EngineState>> = {
  elsewhere: { kind: "elsewhere" },
  failed: { kind: "failed", because: "not-opened" },
  starting: { kind: "starting" },
  new: { kind: "new" },
  forgotten: { kind: "forgotten" },
  locked: {
    kind: "locked",
    because: undefined,
    quickKey: undefined,
    isBusy: false,
  },
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
  host: {
    ...state,
    ...stillKeeper,
    takeOver: () => undefined,
    settle: () => false,
  },
  invite,
  update:
    wanted.get("update") === null ? never : { ...never, current: () => reload },
  shared: { take: () => Promise.resolve(undefined) },
  installing: { place: "browser", offer: never },
  probe: () => () => undefined,
  rememberChoice: () => undefined,
  lasting: {
    isPromised: () => Promise.resolve(true),
    ask: () => Promise.resolve(true),
  },
  quickUnlock: {
    isHere: () => Promise.resolve(true),
    create: () => Promise.resolve(undefined),
    ask: () => Promise.resolve(undefined),
  },
};

function reload(): void {
  location.reload();
}

async function show(): Promise<void> {
  await activateLocale(chooseLocale(wanted.get("lang") ?? undefined, []));
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
