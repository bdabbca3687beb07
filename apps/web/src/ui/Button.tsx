import type { ReactNode } from "react";
import style from "./Button.module.css";

export type ButtonLook = "plain" | "primary" | "danger" | "quiet";

interface ButtonProps {
  /** Absent: the button submits its form. */
  readonly onPress?: () => void;
  readonly look?: ButtonLook;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

/** An action in words: one verb. At most one of a screen is primary. */
export function Button({
  onPress,
  look = "plain",
  disabled = false,
  children,
}: ButtonProps) {
  return (
    <button
      type={onPress === undefined ? "submit" : "button"}
      className={`${style.button} ${style[look]}`}
      disabled={disabled}
      onClick={onPress}
    >
      {children}
    </button>
  );
}

interface LinkButtonProps {
  readonly href: string;
  readonly look?: ButtonLook;
  readonly children: ReactNode;
}

/** A way to another page that looks like an action. */
export function LinkButton({
  href,
  look = "plain",
  children,
}: LinkButtonProps) {
  return (
    <a className={`${style.button} ${style[look]}`} href={href}>
      {children}
    </a>
  );
}

interface IconButtonProps {
  /** What it does, for those who do not see the sign; also shown on hover. */
  readonly label: string;
  readonly onPress?: () => void;
  readonly filled?: boolean;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

/** An action as a sign, in a round of 44 px. */
export function IconButton({
  label,
  onPress,
  filled = false,
  disabled = false,
  children,
}: IconButtonProps) {
  return (
    <button
      type={onPress === undefined ? "submit" : "button"}
      className={`${style.icon} ${filled ? style.filled : ""}`}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onPress}
    >
      {children}
    </button>
  );
}

interface IconLinkProps {
  readonly href: string;
  readonly label: string;
  readonly children: ReactNode;
}

export function IconLink({ href, label, children }: IconLinkProps) {
  return (
    <a className={style.icon} href={href} aria-label={label} title={label}>
      {children}
    </a>
  );
}
