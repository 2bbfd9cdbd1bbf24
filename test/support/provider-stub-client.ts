import {
  createReloadlyClient,
  type ReloadlyClient,
  type ReloadlyClientOptions,
  ReloadlyError,
} from "@surefill/reloadly-client";
import { onTestFinished } from "vitest";
import { type ProviderStub, startProviderStub } from "./provider-stub.js";

export const CLIENT_SECRET = "s3cret-of-the-test-client";
export const TOKEN = "token-of-the-test-client";

/** A stub that hands out tokens, and a client of it. Both are closed when the test ends. */
export async function openClient(
  options: Partial<ReloadlyClientOptions> = {},
): Promise<{ stub: ProviderStub; client: ReloadlyClient }> {
  const stub = await startProviderStub();
  stub.on("POST /oauth/token", { body: JSON.stringify({ access_token: TOKEN, expires_in: 3_600 }) });
  const client = createReloadlyClient({
    environment: { apiUrl: stub.url, authUrl: stub.url, audience: "https://topups.example" },
    clientId: "test-client",
    clientSecret: CLIENT_SECRET,
    ...options,
  });
  onTestFinished(async () => {
    await client.close();
    await stub.close();
  });
  return { stub, client };
}

export const topup = {
  operatorId: 640,
  amount: "2.50",
  customIdentifier: "order-17",
  recipientPhone: { countryCode: "NE", number: "+22796123456" },
};

/** A deadline that a passing test never reaches. */
export const within = () => ({ signal: AbortSignal.timeout(60_000) });

/** The error that a call ends with; fails the test when the call succeeds or throws something else. */
export async function failureOf(call: Promise<unknown>): Promise<ReloadlyError> {
  const outcome = await call.then(
    () => "success",
    (error: unknown) => error,
  );
  if (outcome instanceof ReloadlyError) return outcome;
  throw new Error(`expected a ReloadlyError, got ${String(outcome)}`, { cause: outcome });
}
