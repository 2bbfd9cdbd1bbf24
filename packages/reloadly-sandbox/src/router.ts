import type { Answer } from "./answer.js";
import type { Operation } from "./fault-plan.js";
import type { ApiRequest } from "./http-server.js";

/** What a handler gets: the request, the decoded values of the path's placeholders, and the time. */
export interface Call {
  readonly request: ApiRequest;
  readonly values: readonly string[];
  readonly nowMs: number;
}

/** One endpoint. `own` endpoints are the sandbox's, not Reloadly's: no token, no faults. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT";
  /** Segments; those that start with a colon take any value. */
  readonly path: string;
  readonly operation: Operation | "own";
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

/** Finds routes by number of segments and then one by one: there are few, and no path is tried in vain for long. */
export class Router {
  readonly #byLength = new Map<number, Array<{ route: Route; segments: readonly string[] }>>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      const segments = route.path.split("/");
      const sameLength = this.#byLength.get(segments.length) ?? [];
      sameLength.push({ route, segments });
      this.#byLength.set(segments.length, sameLength);
    }
  }

  /** The route and its values, "method" when the path exists for other methods only, or undefined. */
  find(method: string, path: string): { route: Route; values: string[] } | "method" | undefined {
    const given = path.split("/");
    let pathExists = false;
    for (const { route, segments } of this.#byLength.get(given.length) ?? []) {
      const values = match(segments, given);
      if (values === undefined) continue;
      if (route.method === method) return { route, values };
      pathExists = true;
    }
    return pathExists ? "method" : undefined;
  }
}

function match(segments: readonly string[], given: readonly string[]): string[] | undefined {
  const values: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const value = given[index];
    if (value === undefined) return undefined;
    if (segment.startsWith(":")) {
      const decoded = decode(value);
      if (decoded === undefined) return undefined;
      values.push(decoded);
    } else if (segment !== value) return undefined;
  }
  return values;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
