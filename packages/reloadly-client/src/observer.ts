import type { Clock } from "./clock.js";

/** One HTTP request, for metrics and logs. Holds no secret, no phone number and no identifier. */
export interface RequestInfo {
  /** The client's method, or "fetchToken". */
  operation: string;
  method: "GET" | "POST";
  /** Absent when no answer began. */
  status?: number;
  durationMs: number;
  /** Absent when the request succeeded. */
  errorCode?: string;
}

/** Reports each finished request. */
export interface Observer {
  /** Starts the watch; the returned function ends it and reports. */
  start(operation: string, method: RequestInfo["method"]): (status: number | null, errorCode?: string) => void;
}

const SILENT: Observer = { start: () => () => undefined };

/** A callback that throws is ignored: a broken metric must not hide what became of a write. */
export function createObserver(onRequest: ((info: RequestInfo) => void) | undefined, clock: Clock): Observer {
  if (onRequest === undefined) return SILENT;
  return {
    start(operation, method) {
      const startedMs = clock.monotonicMs();
      return (status, errorCode) => {
        const info: RequestInfo = { operation, method, durationMs: clock.monotonicMs() - startedMs };
        if (status !== null) info.status = status;
        if (errorCode !== undefined) info.errorCode = errorCode;
        try {
          onRequest(info);
        } catch {
          // See above.
        }
      };
    },
  };
}
