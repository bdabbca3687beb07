// The composition root of the page: language first, then the app; and words in both languages if neither comes up.

import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { recallLanguage } from "../platform/language-memory.ts";
// oxlint-disable-next-line import/no-unassigned-import -- a style sheet has nothing to assign
import "../ui/page.css";
import { App } from "./App.tsx";
import { activateLocale } from "./catalogues.ts";
import { chooseLocale } from "./language.ts";

void start().catch(showFailure);

async function start(): Promise<void> {
  const locale = chooseLocale(recallLanguage(), navigator.languages);
  await activateLocale(locale);
  createRoot(rootElement(), { onUncaughtError: showFailure }).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <App locale={locale} />
      </I18nProvider>
    </StrictMode>,
  );
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
