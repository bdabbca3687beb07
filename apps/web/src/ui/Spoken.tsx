import type { ReactNode } from "react";
import style from "./Spoken.module.css";

/** Words for screen readers, where others see a sign. */
export function Spoken({ children }: { readonly children: ReactNode }) {
  return <span className={style.spoken}>{children}</span>;
}
