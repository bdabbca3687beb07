import { X } from "lucide-react";
import { useId, useLayoutEffect, useRef, type ReactNode } from "react";
import { IconButton } from "./Button.tsx";
import style from "./Dialog.module.css";

interface DialogProps {
  readonly title: ReactNode;
  readonly closeLabel: string;
  readonly onClose: () => void;
  /** Kept from the eye where the content says it: the title is still heard. */
  readonly isTitleHidden?: boolean;
  readonly children: ReactNode;
}

/** The browser's own modal dialog: it keeps the focus inside, gives it back, and closes on Esc. Shown as long as it is rendered. */
export function Dialog({
  title,
  closeLabel,
  onClose,
  isTitleHidden = false,
  children,
}: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Closed before it is taken out of the page: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element?.open === false) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={style.dialog}
      aria-labelledby={heading}
      onCancel={(event) => {
        // React decides whether it is shown.
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        // The veil belongs to the dialog: a press on it comes from no element inside.
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className={style.sheet}>
        <header className={isTitleHidden ? style.hiddenHead : style.head}>
          <h2 id={heading} className={style.title}>
            {title}
          </h2>
          <IconButton label={closeLabel} onPress={onClose}>
            <X aria-hidden="true" />
          </IconButton>
        </header>
        {children}
      </div>
    </dialog>
  );
}
