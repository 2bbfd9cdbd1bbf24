import { isChange, type RequestFacts } from "./request-facts.js";

/**
 * The cookie of a session. `__Host-` makes browsers hold it to this host, the whole path and https. Over plain http on
 * the loopback address, where they would refuse it, it has the shorter name and is not marked Secure.
 */
const SECURE_NAME = "__Host-surefill";
const LOOPBACK_NAME = "surefill";

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;
/** What a session is known by: 256 bits, base64url. */
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** Where the server is reached: the setting `PUBLIC_URL`, or whatever the request says. */
export type Site = { publicUrl: string | undefined };

/** Whether a request comes over plain http to the loopback address, as far as one can know. */
function isLoopback({ publicUrl }: Site, { header }: Pick<RequestFacts, "header">): boolean {
  if (publicUrl !== undefined) {
    const { protocol, hostname } = new URL(publicUrl);
    return protocol === "http:" && LOOPBACK.test(hostname);
  }
  return LOOPBACK.test(hostOf(header).hostname);
}

function hostOf(header: RequestFacts["header"]): { host: string; hostname: string } {
  const host = (header("host") ?? "").toLowerCase();
  return { host, hostname: host.replace(/:\d{1,5}$/, "") };
}

function nameFor(site: Site, request: Pick<RequestFacts, "header">): string {
  return isLoopback(site, request) ? LOOPBACK_NAME : SECURE_NAME;
}

/** The secret in the request's cookie; `undefined` where there is none, or nothing that could be one. */
export function presentedSession(site: Site, request: Pick<RequestFacts, "header">): string | undefined {
  const name = nameFor(site, request);
  for (const pair of (request.header("cookie") ?? "").split(";")) {
    const equals = pair.indexOf("=");
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue;
    const value = pair.slice(equals + 1).trim();
    if (SECRET.test(value)) return value;
  }
  return undefined;
}

/** The `Set-Cookie` that gives a session to a browser; without a secret, the one that takes it away. */
export function sessionCookie(
  site: Site,
  request: Pick<RequestFacts, "header">,
  given?: { secret: string; mostMs: number },
): string {
  const name = nameFor(site, request);
  const secure = name === SECURE_NAME ? "; Secure" : "";
  const age = given === undefined ? 0 : Math.floor(given.mostMs / 1_000);
  return `${name}=${given?.secret ?? ""}; Path=/; HttpOnly; SameSite=Strict${secure}; Max-Age=${age}`;
}

/**
 * Whether a request that changes something comes from a page of this server. A browser says so in `Origin`, and does it
 * on every such request: one without is not from a page of ours.
 */
export function isFromThisSite(site: Site, request: Pick<RequestFacts, "header" | "method">): boolean {
  return !isChange(request) || isOwnOrigin(site, request);
}

/** Whether `Origin` is this server's own. */
export function isOwnOrigin(site: Site, { header }: Pick<RequestFacts, "header">): boolean {
  const origin = header("origin")?.toLowerCase();
  if (origin === undefined) return false;
  const { host } = hostOf(header);
  if (site.publicUrl !== undefined && origin === new URL(site.publicUrl).origin) return true;
  // Where PUBLIC_URL is set, the local address is still good for a browser on the server's own machine.
  if (site.publicUrl !== undefined && !LOOPBACK.test(hostOf(header).hostname)) return false;
  return host !== "" && (origin === `http://${host}` || (site.publicUrl === undefined && origin === `https://${host}`));
}
