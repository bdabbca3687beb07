import { lazy, Suspense, useState, type ReactNode } from "react";
import { Button } from "./Button.tsx";

const Scanner = lazy(async () => ({
  default: (await import("./Scanner.tsx")).Scanner,
}));

interface ScanButtonProps {
  /** What is looked for in the text of a code; undefined where it is a code of something else. */
  readonly find: (text: string) => string | undefined;
  readonly onFound: (found: string) => void;
  readonly children: ReactNode;
}

/** Reads a code with the camera. The camera is asked for when this is pressed, and let go with the dialog. */
export function ScanButton({ find, onFound, children }: ScanButtonProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onPress={() => setOpen(true)}>{children}</Button>
      {isOpen && (
        <Suspense>
          <Scanner
            find={find}
            onFound={(found) => {
              setOpen(false);
              onFound(found);
            }}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}
