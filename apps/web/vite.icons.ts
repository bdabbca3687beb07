// Draws the app's icons from the same ring as the logo: no picture is checked in, and none can differ from the drawing.
// Pure arithmetic and zlib, so that the same sources give the same bytes.

import { crc32, deflateSync } from "node:zlib";
import type { Plugin } from "vite";

interface Icon {
  readonly name: string;
  readonly pixels: number;
  /** The ring's radius as a share of the icon: a maskable one may be cut to a circle of 40 %. */
  readonly radius: number;
}

const ICONS: readonly Icon[] = [
  { name: "icon-180.png", pixels: 180, radius: 0.32 },
  { name: "icon-192.png", pixels: 192, radius: 0.34 },
  { name: "icon-512.png", pixels: 512, radius: 0.34 },
  { name: "icon-maskable-512.png", pixels: 512, radius: 0.28 },
];

type Rgb = readonly [number, number, number];
const PAPER: Rgb = [0xfa, 0xf5, 0xec];
const QUIET: Rgb = [0x8a, 0x7d, 0x6e];
const LIT: Rgb = [0xb4, 0x33, 0x1f];

const SEGMENTS = 12;
const GAP_DEGREES = 13;
/** Of the radius. */
const STROKE = 0.21;

export function icons(): Plugin {
  return {
    name: "halqa-icons",
    apply: "build",
    generateBundle() {
      for (const icon of ICONS) {
        this.emitFile({
          type: "asset",
          fileName: icon.name,
          source: encodePng(icon.pixels, draw(icon)),
        });
      }
    },
  };
}

/** The pixels, three bytes each. */
function draw({ pixels, radius }: Icon): Uint8Array {
  const rgb = new Uint8Array(pixels * pixels * 3);
  for (let y = 0; y < pixels; y += 1) {
    for (let x = 0; x < pixels; x += 1) {
      const at = {
        x: (x + 0.5) / pixels - 0.5,
        y: (y + 0.5) / pixels - 0.5,
      };
      const { distance, isLit } = nearestSegment(at, radius);
      // One pixel of soft edge.
      const cover = clamp(0.5 - distance * pixels);
      const ink = isLit ? LIT : QUIET;
      for (let channel = 0; channel < 3; channel += 1) {
        const paper = PAPER[channel] ?? 0;
        const value = paper + ((ink[channel] ?? 0) - paper) * cover;
        rgb[(y * pixels + x) * 3 + channel] = Math.round(value);
      }
    }
  }
  return rgb;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** How far a point lies outside the nearest segment of the ring; negative inside. */
function nearestSegment(
  { x, y }: Point,
  radius: number,
): { readonly distance: number; readonly isLit: boolean } {
  const half = (radius * STROKE) / 2;
  const turn = 360 / SEGMENTS;
  const degrees = ((Math.atan2(x, -y) * 180) / Math.PI + 360) % 360;
  const segment = Math.floor(degrees / turn);
  const start = segment * turn + GAP_DEGREES / 2;
  const end = (segment + 1) * turn - GAP_DEGREES / 2;
  const isAlong = degrees >= start && degrees <= end;
  const distance = isAlong
    ? Math.abs(Math.hypot(x, y) - radius)
    : Math.min(
        distanceTo({ x, y }, radius, start),
        distanceTo({ x, y }, radius, end),
      );
  return { distance: distance - half, isLit: segment === 0 };
}

function distanceTo({ x, y }: Point, radius: number, degrees: number): number {
  const angle = (degrees * Math.PI) / 180;
  return Math.hypot(x - radius * Math.sin(angle), y + radius * Math.cos(angle));
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function encodePng(pixels: number, rgb: Uint8Array): Uint8Array {
  const stride = pixels * 3;
  // Each row begins with its filter: none.
  const rows = Buffer.alloc(pixels * (stride + 1));
  for (let y = 0; y < pixels; y += 1) {
    rows.set(rgb.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(pixels, 0);
  head.writeUInt32BE(pixels, 4);
  // Eight bits a channel, true colour.
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
