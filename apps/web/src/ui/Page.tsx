import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import { IconLink } from "./Button.tsx";
import style from "./Page.module.css";

export interface BackLink {
  readonly href: string;
  readonly label: string;
}

interface PageProps {
  readonly title: ReactNode;
  /** One quiet line under the title. */
  readonly sub?: ReactNode;
  readonly back?: BackLink | undefined;
  /** Before the title: a circle's emblem. */
  readonly emblem?: ReactNode;
  readonly actions?: ReactNode;
  /** Stays at the bottom, in the thumb's reach. */
  readonly footer?: ReactNode;
  /** `fixed`: the content scrolls by itself. */
  readonly body?: "scrolls" | "fixed";
  /** In the pane at the side the heading is a second one: the page's own stands in the main pane. */
  readonly pane?: "main" | "side";
  readonly children: ReactNode;
}

/** A page of the app: bar, content, and what stays at the bottom. */
export function Page({
  title,
  sub,
  back,
  emblem,
  actions,
  footer,
  body = "scrolls",
  pane = "main",
  children,
}: PageProps) {
  return (
    <div className={style.page}>
      <div className={style.bar}>
        {back && (
          <IconLink href={back.href} label={back.label}>
            <ChevronLeft aria-hidden="true" className={style.back} />
          </IconLink>
        )}
        {emblem}
        <div className={style.titles}>
          {pane === "main" ? (
            <h1 className={style.title} tabIndex={-1}>
              {title}
            </h1>
          ) : (
            <h2 className={style.title}>{title}</h2>
          )}
          {sub && <p className={style.sub}>{sub}</p>}
        </div>
        {actions && <div className={style.actions}>{actions}</div>}
      </div>
      {body === "scrolls" ? (
        <div className={style.scroller}>
          <div className={style.column}>{children}</div>
        </div>
      ) : (
        children
      )}
      {footer && <div className={style.footer}>{footer}</div>}
    </div>
  );
}

/** A page without a bar, for beginnings and ends: everything in the middle, the action at the bottom. */
export function HeroPage({
  children,
  footer,
  corner,
}: {
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly corner?: ReactNode;
}) {
  return (
    <div className={style.hero}>
      <div className={style.corner}>{corner}</div>
      <div className={style.heroBody}>{children}</div>
      {footer && <div className={style.heroFooter}>{footer}</div>}
    </div>
  );
}
