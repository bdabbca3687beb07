import type { ReactNode } from "react";
import style from "./ActList.module.css";

/** What can be done, one under the other. */
export function ActList({ children }: { readonly children: ReactNode }) {
  return <ul className={style.acts}>{children}</ul>;
}

interface ActProps {
  readonly sign?: ReactNode;
  /** The sign points along the text. */
  readonly isMirrored?: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

export function Act({ sign, isMirrored = false, onPress, children }: ActProps) {
  return (
    <li>
      <button
        type="button"
        className={`${style.act} ${isMirrored ? style.mirrored : ""}`}
        onClick={onPress}
      >
        {sign}
        <span>{children}</span>
      </button>
    </li>
  );
}

interface ActLinkProps {
  readonly href: string;
  readonly sign?: ReactNode;
  readonly children: ReactNode;
}

/** A way to another page among what can be done. */
export function ActLink({ href, sign, children }: ActLinkProps) {
  return (
    <li>
      <a className={style.act} href={href}>
        {sign}
        <span>{children}</span>
      </a>
    </li>
  );
}
