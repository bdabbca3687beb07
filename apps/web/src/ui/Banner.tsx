import type { ReactNode } from "react";
import style from "./Banner.module.css";

interface BannerProps {
  readonly tone: "warn" | "bad" | "plain";
  readonly children: ReactNode;
  /** One action, as a plain word at the end. */
  readonly action?:
    { readonly label: string; readonly onPress: () => void } | undefined;
}

/** A sentence across the page about something that concerns all of it. */
export function Banner({ tone, children, action }: BannerProps) {
  return (
    <div className={`${style.banner} ${style[tone]}`} role="status">
      <div className={style.words}>{children}</div>
      {action && (
        <button type="button" className={style.action} onClick={action.onPress}>
          {action.label}
        </button>
      )}
    </div>
  );
}
