/** Where the API and its token service live. URLs have no slash at the end. */
export interface Endpoints {
  /** Base URL of the airtime API, for example `https://topups.reloadly.com`. */
  apiUrl: string;
  /** Base URL of the token service; the token is fetched at `POST {authUrl}/oauth/token`. */
  authUrl: string;
  /** The audience that the token is asked for. A token of one audience is refused by every other product. */
  audience: string;
}

/** A named environment of Reloadly, or the addresses of a server that behaves like it. */
export type ReloadlyEnvironment = "sandbox" | "live" | Endpoints;

const NAMED: Readonly<Record<"sandbox" | "live", Endpoints>> = {
  sandbox: {
    apiUrl: "https://topups-sandbox.reloadly.com",
    authUrl: "https://auth.reloadly.com",
    audience: "https://topups-sandbox.reloadly.com",
  },
  live: {
    apiUrl: "https://topups.reloadly.com",
    authUrl: "https://auth.reloadly.com",
    audience: "https://topups.reloadly.com",
  },
};

/** The addresses of an environment. Throws when a URL is not an http(s) URL or ends with a slash. */
export function endpointsOf(environment: ReloadlyEnvironment): Endpoints {
  if (typeof environment === "string") {
    const named = Object.hasOwn(NAMED, environment) ? NAMED[environment] : undefined;
    if (named === undefined) throw new TypeError('environment must be "sandbox", "live" or a set of addresses');
    return named;
  }
  requireBaseUrl("environment.apiUrl", environment.apiUrl);
  requireBaseUrl("environment.authUrl", environment.authUrl);
  if (environment.audience === "") throw new TypeError("environment.audience must not be empty");
  return environment;
}

function requireBaseUrl(name: string, value: string): void {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isHttp = url?.protocol === "https:" || url?.protocol === "http:";
  const isBare = url?.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (isHttp && isBare && !value.endsWith("/")) return;
  throw new TypeError(`${name} must be an http or https URL without credentials, query or a slash at its end`);
}
