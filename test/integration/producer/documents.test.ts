/** What the server says about itself: the OpenAPI document, its page, and the page of every problem. */
import { fileURLToPath } from "node:url";
import { PROBLEMS } from "@surefill/producer";
import { WEBHOOK_EVENT_TYPES } from "@surefill/topup";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectGeneratedBlock } from "../../support/generated-block.js";
import { type ProducerUnderTest, startProducerUnderTest, topupBody } from "./running-producer.js";

let producer: ProducerUnderTest;
beforeAll(async () => {
  // Every route is there, also those that a setting turns on.
  const settings = { PUBLIC_URL: "https://topups.example.com/", RELOADLY_WEBHOOK_SECRET: "webhook-signature-secret" };
  producer = await startProducerUnderTest({ settings });
});
afterAll(() => producer.close());

type Operation = {
  operationId: string;
  summary: string;
  security: object[];
  "x-permission": string;
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { content: Record<string, { schema: BodySchema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
};
type BodySchema = { $ref?: string; example?: unknown };
type Document = {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, BodySchema> };
  webhooks: Record<string, { post: { parameters: { name: string }[]; requestBody: { content: WebhookContent } } }>;
};
type WebhookContent = {
  "application/json": { schema: { properties: Record<string, object>; required: string[] } };
};

async function openApi(): Promise<Document> {
  return (await producer.call("GET", "/openapi.json", { key: null })).json as unknown as Document;
}

const operations = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) => Object.values(methods).map((operation) => ({ path, operation })));

describe("the OpenAPI document", () => {
  test("is 3.1, names this server, and gives each operation one name", async () => {
    const document = await openApi();
    const names = operations(document).map(({ operation }) => operation.operationId);

    expect(document.openapi).toBe("3.1.0");
    expect(document.servers).toEqual([{ url: "https://topups.example.com" }]);
    expect(new Set(names).size).toBe(names.length);
  });

  test("declares every path parameter, and describes every response", async () => {
    for (const { path, operation } of operations(await openApi())) {
      const declared = (operation.parameters ?? []).filter((one) => one.in === "path").map(({ name }) => name);
      expect(declared, path).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      for (const [status, { description }] of Object.entries(operation.responses)) {
        expect(description, `${path} ${status}`).not.toBe("");
      }
    }
  });

  test("has everything that it refers to", async () => {
    const document = await openApi();
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name,
    );

    expect(refs.length).toBeGreaterThan(5);
    for (const name of refs) expect(document.components.schemas).toHaveProperty(String(name));
  });

  test("has patterns that a JSON Schema reader can use", async () => {
    const patterns = [...JSON.stringify(await openApi()).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)];

    expect(patterns.length).toBeGreaterThan(3);
    for (const [, pattern = '""'] of patterns) {
      expect(() => new RegExp(JSON.parse(pattern) as string, "u")).not.toThrow();
      expect(pattern).not.toMatch(/\/[a-z]+"$/);
    }
  });

  test("describes every delivery that an endpoint may receive, by its type, with the headers that sign it", async () => {
    const { webhooks } = await openApi();

    expect(Object.keys(webhooks).toSorted()).toEqual(["ping", ...WEBHOOK_EVENT_TYPES].toSorted());
    for (const [type, { post }] of Object.entries(webhooks)) {
      const { properties, required } = post.requestBody.content["application/json"].schema;
      expect(properties["type"], type).toMatchObject({ enum: [type] });
      expect(required.toSorted()).toEqual(["data", "timestamp", "type"]);
      expect(post.parameters.map(({ name }) => name)).toEqual(["webhook-id", "webhook-timestamp", "webhook-signature"]);
    }
  });

  test("describes what a top-up looks like when it is asked for", async () => {
    await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "described" }) });
    const { json } = await producer.call("GET", "/v1/topups/described");
    const schema = (await openApi()).components.schemas["TopupWithHistory"] as {
      properties: Record<string, unknown>;
      required: string[];
    };

    expect(Object.keys(json).filter((field) => !(field in schema.properties))).toEqual([]);
    expect(schema.required.filter((field) => !(field in json))).toEqual([]);
  });
});

/** The example of each operation's body, by the operation's name. */
function bodyExamples({ paths, components }: Document) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  return operations.flatMap(({ method, path, operation: { operationId, requestBody } }) => {
    const schema = requestBody?.content["application/json"]?.schema;
    if (schema === undefined) return [];
    const { example } = schema.example === undefined ? (components.schemas[nameIn(schema)] ?? {}) : schema;
    return [{ operationId, method: method.toUpperCase(), path, example }];
  });
}

const nameIn = ({ $ref = "" }: BodySchema) => $ref.slice($ref.lastIndexOf("/") + 1);

describe("the documented examples", () => {
  test("are there for every body, and are taken as they stand", async () => {
    const examples = bodyExamples(await openApi());
    const statuses: Record<string, number> = {};
    const wrong: string[] = [];
    for (const { operationId, method, path, example } of examples) {
      expect(example, operationId).toBeDefined();
      const kind = path.startsWith("/v1/campaigns") ? "cmp" : "whe";
      const target = path
        .replace("{reference}", "nobody")
        .replace("{groupId}", "AAAAAAAAAAAAAAAA")
        .replace("{id}", `${kind}_01900000-0000-7000-8000-000000000000`);
      const headers = operationId === "resolveReviewGroup" ? { "idempotency-key": "example" } : {};
      const answer = await producer.call(method, target, { json: example, headers });
      statuses[operationId] = answer.status;
      wrong.push(...((answer.json["errors"] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer));
      const items = (answer.json["results"] ?? []) as { status: number }[];
      expect(items.filter(({ status }) => status >= 300)).toEqual([]);
    }

    // Where a body is good and there is no such thing it is 404; a wrong body would be 422. The endpoint's URL leads
    // nowhere here, and that is all that is wrong with it; so is the upload of the campaign, which is not here. A message
    // of Reloadly comes without its signature.
    const { createWebhookEndpoint, createCampaign, receiveReloadlyWebhook, ...others } = statuses;
    expect(others).toMatchObject({ acceptTopup: 202, acceptTopups: 200, resolveTopup: 404, replayWebhooks: 404 });
    expect(Object.values(others)).not.toContain(422);
    expect(receiveReloadlyWebhook).toBe(401);
    expect([createWebhookEndpoint, createCampaign]).toEqual([422, 422]);
    expect(wrong.toSorted()).toEqual(["/upload", "/url"]);
  });

  test("come with what a reader of the document has to know about amounts and numbers", async () => {
    const { TopupRequest } = (await openApi()).components.schemas as Record<
      string,
      { properties: Record<string, object> }
    >;

    expect(JSON.stringify(TopupRequest?.properties["amount"])).toContain('"pattern":"^(0|[1-9]');
    expect(TopupRequest?.properties["recipientPhone"]).toMatchObject({
      properties: {
        countryCode: { description: expect.stringContaining("ISO 3166-1") },
        number: { description: expect.stringContaining("National or international") },
      },
    });
  });
});

describe("docs/api.md", () => {
  const path = fileURLToPath(new URL("../../../docs/api.md", import.meta.url));

  test("lists every route", async () => {
    const rows = Object.entries((await openApi()).paths).flatMap(([route, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) =>
          `| \`${method.toUpperCase()} ${route}\` | ${operation.summary} | ${operation["x-permission"]} |`,
      ),
    );

    await expectGeneratedBlock(
      path,
      "routes",
      ["| route | what it does | permission |", "|---|---|---|", ...rows].join("\n"),
    );
  });

  test("lists every problem", async () => {
    const rows = Object.entries(PROBLEMS).map(
      ([code, { status, meaning, todo }]) => `| \`${code}\` | ${status} | ${meaning} | ${todo} |`,
    );
    const head = ["| code | status | meaning | what to do |", "|---|---|---|---|"];

    await expectGeneratedBlock(path, "problems", [...head, ...rows].join("\n"));
  });
});

describe("the documentation page", () => {
  test("loads only files of this server, which are all there", async () => {
    const page = await producer.call("GET", "/docs", { key: null });
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => String(path));

    expect(page.headers.get("content-security-policy")).toContain("script-src 'self';");
    expect(page.text).not.toMatch(/<script>(?!<)/);
    for (const file of files.filter((one) => one !== "data:,")) {
      expect(file).toMatch(/^\/docs\//);
      expect((await producer.call("GET", file, { key: null })).status, file).toBe(200);
    }
    const bundle = await producer.call("GET", "/docs/swagger-ui-bundle.js", { key: null });
    expect(bundle.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(bundle.text.length).toBeGreaterThan(500_000);
    expect((await producer.call("GET", "/docs/start.js", { key: null })).text).toContain('url: "/openapi.json"');
  });

  test("gives no file that it does not use", async () => {
    for (const path of ["/docs/index.html", "/docs/..%2fpackage.json", "/docs/absolute-path.js"]) {
      expect((await producer.call("GET", path, { key: null })).status, path).toBe(404);
    }
  });
});

describe("the page of a problem", () => {
  test.each(Object.entries(PROBLEMS))("%s is there and says what to do", async (code, { title }) => {
    const { status, text } = await producer.call("GET", `/problems/${code}`, { key: null });

    expect(status).toBe(200);
    expect(text).toContain(title.replaceAll("'", "&#39;"));
    expect(text).toContain("What to do");
  });

  test("sets code as code", async () => {
    const { text } = await producer.call("GET", "/problems/key_invalid", { key: null });

    expect(text).toContain("<td>Send <code>Authorization: Bearer &lt;key&gt;</code> or <code>");
    expect(text).not.toContain("`");
  });

  test("is where a problem's type points to", async () => {
    const { json } = await producer.call("GET", "/v1/topups/nobody");

    expect(json["type"]).toBe("https://topups.example.com/problems/topup_not_found");
  });

  test("of a code that does not exist is 404", async () => {
    expect((await producer.call("GET", "/problems/constructor", { key: null })).status).toBe(404);
  });
});

test("the metrics count requests by their pattern and top-ups by state", async () => {
  await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "measured" }) });
  await producer.ledger.gates.close("account", { reason: "test", untilMs: Date.now() + 60_000 });
  const { text } = await producer.call("GET", "/metrics");

  expect(text).toMatch(
    /surefill_http_request_duration_seconds_count\{method="POST",route="\/v1\/topups",status="202"\} [1-9]/,
  );
  expect(text).toMatch(/surefill_topups\{state="queued",program="producer"\} [1-9]/);
  expect(text).toMatch(/surefill_jobs\{queue="submit",state="waiting",program="producer"\} [1-9]/);
  expect(text).toContain('surefill_closed_gates{kind="account",program="producer"} 1');
  expect(text).toContain("surefill_redis_up 1");
});
