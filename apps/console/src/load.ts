import { useEffect, useRef, useState } from "preact/hooks";
import { noteRefusal } from "./api.js";
import { every, nowMs } from "./clock.js";
import { live } from "./live.js";

/** What a page shows: the last data that came, how old it is, and why there is nothing newer. */
export type Loaded<Data> = {
  data: Data | undefined;
  /** The reason why the latest try gave nothing; the data before it stays. */
  error: unknown;
  /** When `data` came, in milliseconds since 1970. */
  atMs: number | undefined;
  reload: () => void;
};

/** How often a page asks while the event stream is away. */
const POLL_MS = 5_000;
/** How often at most it asks while events come. */
const EVENT_PAUSE_MS = 1_000;
/** How often it asks although no event came: counts change without one. */
const QUIET_MS = 15_000;

/**
 * Loads data, and loads it again when `keys` change, when an event says that it may have changed, or when time is up.
 * `isLive: false` loads once.
 */
export function useLoad<Data>(
  load: (signal: AbortSignal) => Promise<Data>,
  keys: readonly unknown[],
  { isLive = true }: { isLive?: boolean } = {},
): Loaded<Data> {
  const [state, setState] = useState<{ data?: Data; error?: unknown; atMs?: number }>({});
  const [turn, setTurn] = useState(0);
  const seenEvents = useRef(live.events.value);

  useEffect(() => {
    const stop = new AbortController();
    load(stop.signal).then(
      (data) => stop.signal.aborted || setState({ data, atMs: nowMs() }),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        noteRefusal(error);
        setState((before) => ({ ...before, error }));
      },
    );
    return () => stop.abort();
  }, [...keys, turn]);

  useEffect(() => {
    if (!isLive) return;
    let lastMs = nowMs();
    return every(EVENT_PAUSE_MS / 2, () => {
      if (document.visibilityState === "hidden") return;
      const sinceMs = nowMs() - lastMs;
      const hasNews = live.events.value !== seenEvents.current;
      if (sinceMs < (live.isLive.value ? (hasNews ? EVENT_PAUSE_MS : QUIET_MS) : POLL_MS)) return;
      seenEvents.current = live.events.value;
      lastMs = nowMs();
      setTurn((number) => number + 1);
    });
  }, [isLive]);

  return {
    data: state.data,
    error: state.error,
    atMs: state.atMs,
    reload: () => setTurn((number) => number + 1),
  };
}
