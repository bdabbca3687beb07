// Codes out of pictures: by the browser itself where it can, else by a decoder that is loaded when it is needed
// (docs/spec/app.md, AP-82). What is seen stays in this page; what is read is somebody else's text until it was taken apart.

/** Codes are read well at this width, and no picture unfolds to more than it. */
const PICTURE_WIDTH = 1_000;
/** Enough for a code that fills half of what a camera sees, at some milliseconds a frame on a cheap phone. */
const FRAME_SIDE = 640;

/** The text of the code in a frame; undefined where there is none. */
export type CodeReader = (
  video: HTMLVideoElement,
) => Promise<string | undefined>;

interface Detector {
  detect: (
    source: HTMLVideoElement,
  ) => Promise<readonly { readonly rawValue: string }[]>;
}

interface DetectorMaker {
  new (options: { readonly formats: readonly string[] }): Detector;
  getSupportedFormats: () => Promise<readonly string[]>;
}

declare global {
  interface Window {
    // Chromium on some systems; in no list of types.
    readonly BarcodeDetector?: DetectorMaker;
  }
}

/** What reads the frames of a camera on this device. */
export async function openCodeReader(): Promise<CodeReader> {
  const detector = await openDetector();
  if (detector === undefined) return readFrame;
  return async (video) => (await detector.detect(video))[0]?.rawValue;
}

async function openDetector(): Promise<Detector | undefined> {
  const { BarcodeDetector } = window;
  if (BarcodeDetector === undefined) return undefined;
  const formats = await BarcodeDetector.getSupportedFormats();
  return formats.includes("qr_code")
    ? new BarcodeDetector({ formats: ["qr_code"] })
    : undefined;
}

/** The text of the code in a picture; undefined where there is none that can be read. */
export async function readPicture(file: Blob): Promise<string | undefined> {
  try {
    const picture = await createImageBitmap(file, {
      resizeWidth: PICTURE_WIDTH,
    });
    const text = await readPixels(picture, picture);
    picture.close();
    return text;
  } catch {
    // No picture: answered as one without a code.
    return undefined;
  }
}

async function readFrame(video: HTMLVideoElement): Promise<string | undefined> {
  const { videoWidth, videoHeight } = video;
  const side = Math.max(videoWidth, videoHeight);
  if (side === 0) return undefined;
  const scale = Math.min(1, FRAME_SIDE / side);
  return readPixels(video, {
    width: Math.round(videoWidth * scale),
    height: Math.round(videoHeight * scale),
  });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

async function readPixels(
  source: CanvasImageSource,
  { width, height }: Size,
): Promise<string | undefined> {
  const { default: decodeQR } = await import("qr/decode.js");
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(source, 0, 0, width, height);
  const pixels = context?.getImageData(0, 0, width, height);
  try {
    return pixels && decodeQR(pixels);
  } catch {
    // The decoder throws where there is no code.
    return undefined;
  }
}
