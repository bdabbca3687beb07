import type { ReactNode } from "react";
import style from "./Button.module.css";

interface ButtonProps {
  readonly onPress: () => void;
  readonly children: ReactNode;
}

/** A plain action of a leaf: one verb, as wide as the leaf. */
export function Button({ onPress, children }: ButtonProps) {
  return (
    <button type="button" className={style.button} onClick={onPress}>
      {children}
    </button>
  );
}
