import type { ReactNode } from "react";
import style from "./Banner.module.css";

interface BannerProps {
  readonly tone: "warn" | "bad" | "plain";
  readonly children: ReactNode;
  /** One action, as a plain word at the end. */
  readonly action?: BannerAction | undefined;
  /** A way to be left alone with it, quieter than the action. */
  readonly refusal?: BannerAction | undefined;
}

interface BannerAction {
  readonly label: string;
  readonly onPress: () => void;
}

/** A sentence across the page about something that concerns all of it. */
export function Banner({ tone, children, action, refusal }: BannerProps) {
  return (
    <div className={`${style.banner} ${style[tone]}`} role="status">
      <div className={style.words}>{children}</div>
      {action && (
        <button type="button" className={style.action} onClick={action.onPress}>
          {action.label}
        </button>
      )}
      {refusal && (
        <button
          type="button"
          className={`${style.action} ${style.refusal}`}
          onClick={refusal.onPress}
        >
          {refusal.label}
        </button>
      )}
    </div>
  );
}
