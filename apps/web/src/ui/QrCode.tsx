import { useMemo } from "react";
import { encodeQR } from "qr";
import { qrPath } from "./qr-path.ts";
import style from "./QrCode.module.css";

interface QrCodeProps {
  readonly text: string;
  readonly label: string;
}

/** A text as a code to be scanned: always dark on light, which some cameras insist on. */
export function QrCode({ text, label }: QrCodeProps) {
  const cells = useMemo(
    () => encodeQR(text, "raw", { ecc: "low", border: 2 }),
    [text],
  );
  return (
    <svg
      className={style.code}
      viewBox={`0 0 ${cells.length} ${cells.length}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={qrPath(cells)} />
    </svg>
  );
}
