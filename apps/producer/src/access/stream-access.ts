import type { ServerResponse } from "node:http";
import type { Clock } from "@surefill/runtime";
import { endOf } from "../http/outlet.js";
import { Problem } from "../http/problem.js";
import type { Identify } from "./identify.js";
import type { Identity } from "./identity.js";
import type { RequestFacts } from "./request-facts.js";

/** How often it is asked again whether the reader of a stream may still read it. */
const RECHECK_MS = 5_000;

/**
 * Cuts a stream when its reader's key is revoked or its session is over: a stream may run for days, and was let in only
 * when it began. An outage of Redis cuts nothing. Such a look does not keep a session alive.
 */
export function cutWhenRefused(
  { identify, clock, stopping }: { identify: Identify; clock: Clock; stopping: AbortSignal },
  { identity, request }: { identity: Identity; request: RequestFacts },
  response: ServerResponse,
): void {
  if (identity.kind !== "key" && identity.kind !== "person") return;
  const signal = endOf(response, stopping);
  const isRefused = async () => {
    try {
      await identify(request, { keepAlive: false });
      return false;
    } catch (error) {
      return error instanceof Problem;
    }
  };
  const look = async () => {
    while (!signal.aborted) {
      await clock.sleep(RECHECK_MS, signal).catch(() => undefined);
      if (!signal.aborted && (await isRefused())) response.destroy();
    }
  };
  void look();
}
