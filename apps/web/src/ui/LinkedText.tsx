import { Fragment } from "react";
import { splitLinks } from "./split-links.ts";
import style from "./LinkedText.module.css";

/** What somebody wrote, as text: no markup of theirs is ever read, and only known kinds of links become links. */
export function LinkedText({ text }: { readonly text: string }) {
  return splitLinks(text, location.origin).map((part, index) => (
    <Fragment key={index}>
      {part.kind === "text" ? (
        part.text
      ) : (
        <a
          className={style.link}
          href={part.href}
          dir="ltr"
          {...(part.kind === "link" && {
            target: "_blank",
            rel: "noreferrer noopener",
          })}
        >
          {part.text}
        </a>
      )}
    </Fragment>
  ));
}
