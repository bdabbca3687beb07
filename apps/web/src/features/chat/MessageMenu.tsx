import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Dialog } from "../../ui/Dialog.tsx";
import { DeletePost, ForwardPost, HidePost } from "./MenuSteps.tsx";
import { MenuActs } from "./MenuActs.tsx";
import type { MenuStep, MessageMenuProps } from "./menu-props.ts";
import style from "./MessageMenu.module.css";
import { textOf } from "./posts.ts";

/** Everything that can be done with one post; a sheet from below on a phone. */
export function MessageMenu(props: MessageMenuProps) {
  const { item, onClose } = props;
  const { t } = useLingui();
  const [step, setStep] = useState<MenuStep>("acts");
  const titles: Record<MenuStep, string> = {
    acts: t`What to do with this message`,
    hide: t`Hide this from everybody?`,
    delete: t`Delete this for everybody?`,
    forward: t`Take this over to which circle?`,
  };
  return (
    <Dialog
      key={step}
      title={titles[step]}
      closeLabel={t`Close`}
      isTitleHidden={step === "acts"}
      onClose={onClose}
    >
      <p className={style.excerpt} dir="auto">
        {textOf(item)}
      </p>
      {step === "acts" && <MenuActs {...props} onStep={setStep} />}
      {step === "hide" && <HidePost {...props} />}
      {step === "delete" && <DeletePost {...props} />}
      {step === "forward" && <ForwardPost {...props} />}
    </Dialog>
  );
}
