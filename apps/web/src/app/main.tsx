// The composition root: language first, then the app over the real browser; and words in both languages if neither comes up.

import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { hasAnyDraft, saveDrafts } from "../features/chat/drafts.ts";
import type { EngineHost } from "../client/engine-host.ts";
import { startEngineHost } from "../platform/engine-worker.ts";
import { watchInstall } from "../platform/install.ts";
import { watchInviteLinks } from "../platform/invite-link.ts";
import { watchLeaving } from "../platform/leaving.ts";
import { recallChoice, rememberChoice } from "../platform/language-memory.ts";
import { lasting } from "../platform/lasting-storage.ts";
import { probeDevice } from "../platform/probe-device.ts";
import { quickUnlock } from "../platform/quick-unlock.ts";
import { shared } from "../platform/shared-text.ts";
import { registerServiceWorker } from "../platform/service-worker.ts";
// oxlint-disable-next-line import/no-unassigned-import -- a style sheet has nothing to assign
import "../ui/page.css";
import { App } from "./App.tsx";
import { activateLocale } from "./catalogues.ts";
import { loadChat } from "./load-chat.ts";
import { chooseLocale, chooseReading } from "./language.ts";
import type { AppPorts } from "./ports.ts";

void start().catch(showFailure);

async function start(): Promise<void> {
  // At once: a link must not stand in the address bar while words load.
  const invite = watchInviteLinks();
  // Offered once and early: later nobody would hear it.
  const installing = watchInstall();
  const engineHost = startEngineHost();
  const host: EngineHost = {
    ...engineHost,
    lock: () => {
      // What is being written goes into the vault before it is shut.
      saveDrafts();
      engineHost.lock();
    },
  };
  watchLeaving({ save: saveDrafts, settle: host.settle });
  await activateLocale(
    chooseLocale(recallChoice("language"), navigator.languages),
    chooseReading(recallChoice("digits"), recallChoice("calendar")),
  );
  const ports: AppPorts = {
    host,
    invite,
    installing,
    update: registerServiceWorker({ hasUnsaved: hasAnyDraft }),
    probe: probeDevice,
    rememberChoice,
    lasting,
    quickUnlock,
    shared,
  };
  createRoot(rootElement(), { onUncaughtError: showFailure }).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <App ports={ports} />
      </I18nProvider>
    </StrictMode>,
  );
  // Whoever comes to a circle finds its place here; where this fails, coming there tries again.
  loadChat().catch(() => undefined);
}

/** Needs no catalogue: it is what is shown when the catalogue is what failed. */
function showFailure(): void {
  const main = document.createElement("main");
  main.className = "boot";
  main.append(
    paragraph("ar", "لم تُحمَّل حلقة كاملة. أعد تحميل الصفحة."),
    paragraph("en", "Halqa did not load completely. Reload the page."),
  );
  rootElement().replaceChildren(main);
}

function paragraph(lang: "ar" | "en", text: string): HTMLParagraphElement {
  const element = document.createElement("p");
  element.lang = lang;
  element.dir = lang === "ar" ? "rtl" : "ltr";
  element.textContent = text;
  return element;
}

function rootElement(): HTMLElement {
  const element = document.getElementById("root");
  if (element === null) throw new TypeError("index.html has no #root");
  return element;
}
