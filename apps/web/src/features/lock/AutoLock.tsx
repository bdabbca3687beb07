import { useEffect, useRef } from "react";
import { useKeeper, useKeeping } from "../../client/KeeperContext.ts";
import { isOver, type Moment } from "./idle.ts";
import style from "./Lock.module.css";

/** Timers of hidden pages sleep: what counts is looked at again whenever the page comes back. */
const LOOK_EVERY_MS = 5_000;
const TOUCHES = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

/** Locks when nobody has touched anything for a while or the app is left, and covers it while it is out of sight (AP-73, AP-78). */
export function AutoLock() {
  const keeper = useKeeper();
  const keeping = useKeeping();
  const hasPassphrase = keeping?.hasPassphrase === true;
  const { afterMinutes = 0, onHide = false } = keeping?.settings ?? {};
  useEffect(() => {
    if (!hasPassphrase) return undefined;
    let last = present();
    const touch = (): void => {
      last = present();
    };
    const look = (): void => {
      if (isOver(last, present(), afterMinutes)) keeper.lock();
    };
    const onVisibility = (): void => {
      if (document.visibilityState === "hidden" && onHide) keeper.lock();
      else look();
    };
    const timer = setInterval(look, LOOK_EVERY_MS);
    const options = { capture: true, passive: true } as const;
    for (const kind of TOUCHES) addEventListener(kind, touch, options);
    document.addEventListener("visibilitychange", onVisibility);
    addEventListener("pageshow", look);
    addEventListener("focus", look);
    return () => {
      clearInterval(timer);
      for (const kind of TOUCHES) removeEventListener(kind, touch, options);
      document.removeEventListener("visibilitychange", onVisibility);
      removeEventListener("pageshow", look);
      removeEventListener("focus", look);
    };
  }, [keeper, hasPassphrase, afterMinutes, onHide]);
  useEffect(() => {
    const renew = (): void => {
      if (document.visibilityState === "hidden")
        void keeper.keep({ task: "renew" });
    };
    document.addEventListener("visibilitychange", renew);
    return () => document.removeEventListener("visibilitychange", renew);
  }, [keeper]);
  return keeping?.settings.blankOnHide === true ? <Blank /> : null;
}

function present(): Moment {
  return { wall: Date.now(), run: performance.now() };
}

/** A sheet over everything while the app is hidden: lists of open apps show no words. */
function Blank() {
  const sheet = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const cover = (): void => {
      const isNow = document.visibilityState === "hidden";
      // At once, and not when the page is drawn next: a hidden page is not drawn.
      if (isNow && sheet.current?.open === false) sheet.current.showModal();
      if (!isNow) sheet.current?.close();
    };
    // An iPhone takes its picture before the page is told that it is hidden.
    const coverEarly = (): void => {
      if (matchMedia("(pointer: coarse)").matches && !document.hasFocus()) {
        if (sheet.current?.open === false) sheet.current.showModal();
      }
    };
    const uncover = (): void => {
      if (document.visibilityState === "visible") sheet.current?.close();
    };
    document.addEventListener("visibilitychange", cover);
    addEventListener("pagehide", cover);
    addEventListener("blur", coverEarly);
    addEventListener("focus", uncover);
    return () => {
      document.removeEventListener("visibilitychange", cover);
      removeEventListener("pagehide", cover);
      removeEventListener("blur", coverEarly);
      removeEventListener("focus", uncover);
    };
  }, []);
  return <dialog ref={sheet} className={style.blank} data-blank="" />;
}
