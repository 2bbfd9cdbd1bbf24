import { printJson } from "./json.js";

/** How an answer leaves the server when it does not simply leave. */
export type Delivery =
  | { readonly how: "reset" }
  | { readonly how: "never" }
  | { readonly how: "cut" }
  | { readonly how: "late"; readonly delayMs: number };

/** An HTTP answer, and how it is delivered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delivery?: Delivery;
}

/** A 200 with a JSON body. */
export function ok(value: unknown): Answer {
  return { status: 200, body: printJson(value) };
}

/** A 200 whose JSON is already printed. */
export function okText(body: string): Answer {
  return { status: 200, body };
}

/** A connection that is reset without an answer. */
export const RESET: Answer = { status: 500, body: "", delivery: { how: "reset" } };

/** The page that a proxy in front of Reloadly puts up when the service behind it is gone. */
export const HTML_502: Answer = {
  status: 502,
  contentType: "text/html",
  body: "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n",
};

/** An error without a body, as Reloadly is seen to send. */
export function emptyBody(status: number): Answer {
  return { status, body: "" };
}
