import { useEffect, useRef, useState, type RefObject } from "react";
import { openCodeReader } from "./read-code.ts";

export type CameraState = "starting" | "looking" | "refused" | "absent";

interface Camera {
  readonly state: CameraState;
  /** Where its picture is to be seen. */
  readonly video: RefObject<HTMLVideoElement | null>;
}

/** Between two looks: a phone stays cool, and nobody waits. */
const PAUSE_MS = 120;

/** Shows the camera that looks away from the person and hands on the text of every code that it sees. */
export function useCamera(onText: (text: string) => void): Camera {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<CameraState>("starting");
  const handOn = useRef(onText);
  useEffect(() => {
    handOn.current = onText;
  });
  useEffect(() => {
    const end = new AbortController();
    const look = async (): Promise<void> => {
      const element = video.current;
      const opened = await openCamera();
      if (typeof opened === "string") {
        if (!end.signal.aborted) setState(opened);
        return;
      }
      const stop = (): void => {
        for (const track of opened.getTracks()) track.stop();
      };
      // Closed while the person was being asked: the light of the camera must not stay on.
      if (end.signal.aborted || element === null) {
        stop();
        return;
      }
      end.signal.addEventListener("abort", stop);
      element.srcObject = opened;
      setState("looking");
      await readUntil(end.signal, element, (text) => handOn.current(text));
    };
    void look();
    return () => end.abort();
  }, []);
  return { state, video };
}

async function openCamera(): Promise<MediaStream | "refused" | "absent"> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "environment", width: { ideal: 1280 } },
    });
  } catch (error) {
    const isRefused =
      error instanceof DOMException && error.name === "NotAllowedError";
    return isRefused ? "refused" : "absent";
  }
}

async function readUntil(
  signal: AbortSignal,
  video: HTMLVideoElement,
  onText: (text: string) => void,
): Promise<void> {
  const read = await openCodeReader();
  while (!signal.aborted) {
    const text = await read(video).catch(() => undefined);
    if (text !== undefined && !signal.aborted) onText(text);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
