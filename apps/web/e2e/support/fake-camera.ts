// A camera that sees what a test holds before it: a file of one grey frame with a code in it, which Chromium plays in place
// of a device. Read anew each time the camera is opened.

import { writeFileSync } from "node:fs";
import { encodeQR } from "qr";

const WIDTH = 640;
const HEIGHT = 480;
const PAPER = 200;
const INK = 40;

/** What Chromium needs to be told to see through the file. */
export function cameraFlags(path: string): readonly string[] {
  return [
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${path}`,
  ];
}

/** Holds a code before the camera; an empty wall without a text. */
export function showToCamera(path: string, text?: string): void {
  const luma = Buffer.alloc(WIDTH * HEIGHT, PAPER);
  if (text !== undefined) drawCode(luma, text);
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, chroma]);
  const head = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420\n`;
  writeFileSync(path, Buffer.concat([Buffer.from(head), frame, frame]));
}

function drawCode(luma: Buffer, text: string): void {
  const cells = encodeQR(text, "raw", { ecc: "low", border: 4 });
  const size = Math.floor(HEIGHT / cells.length);
  const start = Math.floor((WIDTH - size * cells.length) / 2);
  cells.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (!isDark) return;
      for (let line = y * size; line < (y + 1) * size; line += 1) {
        const from = line * WIDTH + start + x * size;
        luma.fill(INK, from, from + size);
      }
    });
  });
}
