/** Who may call what. The matrix is made from the OpenAPI document, which is made from the route table. */
import type { Permission } from "@surefill/access";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest } from "./running-producer.js";

/** Every route, by hand: a new one without a line here fails the first test. */
const ACCESS: Readonly<Record<string, Permission | "public" | "signed-in">> = {
  "POST /v1/topups": "send",
  "POST /v1/topups/batch": "send",
  "GET /v1/topups": "read",
  "GET /v1/topups/{reference}": "read",
  "POST /v1/topups/{reference}/cancel": "control",
  "POST /v1/topups/{reference}/resolve": "resolve",
  "POST /v1/topups/{reference}/accept-contradiction": "resolve",
  "GET /v1/attention": "read",
  "GET /v1/attention/reviews": "read",
  "POST /v1/attention/reviews/{groupId}/resolve": "resolve",
  "GET /v1/gates": "read",
  "GET /v1/operators": "read",
  "POST /v1/quotes": "read",
  "POST /v1/uploads": "prepare",
  "GET /v1/uploads": "read",
  "GET /v1/uploads/{id}": "read",
  "POST /v1/campaigns": "prepare",
  "GET /v1/campaigns": "read",
  "GET /v1/campaigns/{id}": "read",
  "PATCH /v1/campaigns/{id}": "prepare",
  "POST /v1/campaigns/{id}/check": "prepare",
  "POST /v1/campaigns/{id}/start": "control",
  "POST /v1/campaigns/{id}/pause": "control",
  "POST /v1/campaigns/{id}/resume": "control",
  "POST /v1/campaigns/{id}/cancel": "control",
  "POST /v1/campaigns/{id}/retry": "prepare",
  "GET /v1/campaigns/{id}/series": "read",
  "GET /v1/campaigns/{id}/rows": "read",
  "GET /v1/campaigns/{id}/problems.csv": "reveal",
  "GET /v1/campaigns/{id}/problems.xlsx": "reveal",
  "GET /v1/campaigns/{id}/results.csv": "reveal",
  "GET /v1/campaigns/{id}/results.xlsx": "reveal",
  "GET /v1/campaigns/{id}/plan.json": "reveal",
  "GET /v1/events": "read",
  "GET /v1/events/stream": "read",
  "POST /v1/webhook-endpoints": "webhooks",
  "GET /v1/webhook-endpoints": "webhooks",
  "GET /v1/webhook-endpoints/{id}": "webhooks",
  "PATCH /v1/webhook-endpoints/{id}": "webhooks",
  "DELETE /v1/webhook-endpoints/{id}": "webhooks",
  "POST /v1/webhook-endpoints/{id}/rotate-secret": "webhooks",
  "POST /v1/webhook-endpoints/{id}/expire-old-secret": "webhooks",
  "POST /v1/webhook-endpoints/{id}/enable": "webhooks",
  "POST /v1/webhook-endpoints/{id}/disable": "webhooks",
  "POST /v1/webhook-endpoints/{id}/test": "webhooks",
  "GET /v1/webhook-endpoints/{id}/deliveries": "webhooks",
  "GET /v1/webhook-endpoints/{id}/deliveries/{eventId}": "webhooks",
  "POST /v1/webhook-endpoints/{id}/deliveries/{eventId}/redeliver": "webhooks",
  "POST /v1/webhook-endpoints/{id}/replay": "webhooks",
  "GET /v1/balance": "read",
  "POST /v1/session": "public",
  "GET /v1/session": "signed-in",
  "DELETE /v1/session": "signed-in",
  "DELETE /v1/sessions": "signed-in",
  "POST /v1/people": "people",
  "GET /v1/people": "people",
  "PATCH /v1/people/{user}": "people",
  "DELETE /v1/people/{user}": "people",
  "DELETE /v1/people/{user}/sessions": "people",
  "POST /v1/keys": "people",
  "GET /v1/keys": "people",
  "DELETE /v1/keys/{id}": "people",
  "GET /v1/audit-log": "people",
  "GET /v1/audit-log/export": "people",
  "GET /healthz": "public",
  "GET /readyz": "public",
  "GET /metrics": "metrics",
  "GET /openapi.json": "public",
  "GET /docs": "public",
  "GET /docs/{file}": "public",
  "GET /problems/{code}": "public",
};

const FILLED: Readonly<Record<string, string>> = {
  reference: "x",
  user: "x",
  id: "x",
  groupId: "x",
  eventId: "x",
  file: "start.js",
  code: "key_invalid",
};

/** A stream that starts does not end; with this it is let in, and then refused. */
const QUERIES: Readonly<Record<string, string>> = { "GET /v1/events/stream": "?after=x" };

let producer: ProducerUnderTest;
beforeAll(async () => {
  producer = await startProducerUnderTest();
});
afterAll(() => producer.close());

const pathOf = (route: string) => {
  const [method = "", template = ""] = route.split(" ");
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => FILLED[name] ?? "");
  return { method, path: path + (QUERIES[route] ?? "") };
};

type Operation = { security: unknown[]; "x-permission": string; responses: Record<string, { description: string }> };

test("every route says in the document which permission it needs, and that a caller may lack it", async () => {
  const { json } = await producer.call("GET", "/openapi.json");
  const operations = Object.entries(json["paths"] as Record<string, Record<string, Operation>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
  const routes = operations.map(([route, operation]) => [route, operation["x-permission"]]);

  for (const [route, { security, responses }] of operations) {
    const isPublic = ACCESS[route] === "public";
    expect(security.length === 0, route).toBe(isPublic);
    expect(responses["403"]?.description.includes("permission_missing") ?? false, route).toBe(!isPublic);
  }

  expect(Object.fromEntries(routes)).toEqual(ACCESS);
});

describe.each(Object.entries(ACCESS))("%s is %s", (route, access) => {
  const { method, path } = pathOf(route);

  test.each([
    ["no key", {}],
    ["a wrong key", { authorization: "Bearer sf_wrong" }],
    ["an empty key", { "x-api-key": "" }],
    ["the hash in place of the key", { "x-api-key": "0".repeat(64) }],
    ["Basic credentials", { authorization: "Basic dGVzdDp0ZXN0" }],
  ])("with %s", async (_, headers) => {
    const answer = await producer.call(method, path, { key: null, headers });

    if (route === "POST /v1/session") return expect(answer.json["code"]).toBe("unsupported_media_type");
    if (access === "public") return expect(answer.status).toBeLessThan(400);
    expect(answer.status).toBe(401);
    expect(answer.json["code"]).toBe("key_invalid");
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="surefill"');
  });

  test("with a key in either header", async () => {
    const bearer = await producer.call(method, path);
    const plain = await producer.call(method, path, { key: null, headers: { "x-api-key": producer.key } });

    const codes = [bearer.json["code"], plain.json["code"]];
    if (access === "people") return expect(codes).toEqual(["permission_missing", "permission_missing"]);
    if (access === "signed-in") return expect(codes).toEqual(["session_invalid", "session_invalid"]);
    expect([bearer.status, plain.status]).not.toContain(401);
    expect([bearer.status, plain.status]).not.toContain(403);
  });
});

test("a stranger's body is not read", async () => {
  const answer = await producer.call("POST", "/v1/topups", { key: null, body: "not json" });

  expect(answer.status).toBe(401);
});

test("another method on a known path is 405 with the methods that it takes", async () => {
  const answer = await producer.call("DELETE", "/v1/topups");

  expect(answer.status).toBe(405);
  expect(answer.headers.get("allow")).toBe("POST, GET, HEAD");
});

test("an unknown path and a path that is not UTF-8 are 404 problems", async () => {
  expect((await producer.call("GET", "/v2/topups")).json["code"]).toBe("route_not_found");
  expect((await producer.call("GET", "/v1/topups/%ff")).status).toBe(404);
});

test("a URL of more than 2,048 characters is refused", async () => {
  const answer = await producer.call("GET", `/v1/topups?campaign=${"x".repeat(2_100)}`);

  expect(answer.status).toBe(414);
});

test("answers carry the security headers and do not say what serves them", async () => {
  const { headers } = await producer.call("GET", "/healthz");

  expect(headers.get("x-powered-by")).toBeNull();
  expect(headers.get("content-security-policy")).toBe("default-src 'none';frame-ancestors 'none'");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("cache-control")).toBe("no-store");
});
