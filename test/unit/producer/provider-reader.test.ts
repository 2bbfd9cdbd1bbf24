/** What a verdict may rest on: nothing that only a gateway said. */
import { expect, test } from "vitest";
import { createProviderReader } from "../../../apps/producer/src/provider.js";
import { openClient } from "../../support/provider-stub-client.js";

const signal = () => AbortSignal.timeout(60_000);
const OWN = JSON.stringify({
  timeStamp: "2026-10-08 01:41:16",
  message: "Transaction not found for given id",
  errorCode: "TRANSACTION_NOT_FOUND",
});
const FRAMEWORK = '{"timestamp":"2026-10-08T12:20:51Z","status":404,"error":"Not Found","path":"/x"}';

test("a transaction is absent where Reloadly itself says so", async () => {
  const { stub, client } = await openClient();
  stub.on("GET /topups/7/status", { status: 404, body: OWN });
  expect(await createProviderReader(client).transaction(7, signal())).toBeUndefined();
});

test.each([
  ["a gateway's page", "<html>Not Found</html>"],
  ["no body", ""],
  ["the framework, for a path that is not there", FRAMEWORK],
  ["another server", '{"message":"Not Found"}'],
])("a transaction is not absent because of a 404 by %s", async (_who, body) => {
  const { stub, client } = await openClient();
  stub.on("GET /topups/7/status", { status: 404, body });
  const asked = createProviderReader(client).transaction(7, signal());
  await expect(asked).rejects.toMatchObject({ code: "provider_refused" });
});
