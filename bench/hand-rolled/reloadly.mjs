/** Reloadly over fetch: a cached token and the two calls of the airtime API. */
import { settings } from "./settings.mjs";

const TIMEOUT_MS = 90_000;
const TOKEN_MARGIN_MS = 60_000;

let fetchedToken; // A promise, so that callers at the same time share one fetch.

async function fetchToken() {
  const response = await fetch(`${settings.reloadlyUrl}/oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_id: settings.clientId,
      client_secret: settings.clientSecret,
      grant_type: "client_credentials",
      audience: settings.reloadlyUrl,
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`no token: HTTP ${response.status}`);
  const { access_token, expires_in } = await response.json();
  return { value: access_token, expiresAtMs: Date.now() + expires_in * 1_000 };
}

async function token() {
  const known = await fetchedToken?.catch(() => undefined);
  if (known === undefined || known.expiresAtMs - Date.now() < TOKEN_MARGIN_MS) fetchedToken = fetchToken();
  return (await fetchedToken).value;
}

async function call(method, path, body) {
  const response = await fetch(`${settings.reloadlyUrl}${path}`, {
    method,
    headers: {
      accept: "application/com.reloadly.topups-v1+json",
      "content-type": "application/json",
      authorization: `Bearer ${await token()}`,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status}`);
  return response.json();
}

export const reloadly = {
  send: (topup) => call("POST", "/topups-async", topup),
  status: (transactionId) => call("GET", `/topups/${transactionId}/status`),
};
