import { OpenAPIRegistry, OpenApiGeneratorV31 } from "@asteasolutions/zod-to-openapi";
import { z } from "zod";
import { describeDefaults, wholeNumbersOf, writeWholeNumbers } from "./openapi-form.js";
import { PROBLEMS, type ProblemCode } from "./problem-codes.js";
import type { Route, RoutePermission } from "./route.js";

/** The OpenAPI 3.1 document. */
export type OpenApiDocument = ReturnType<OpenApiGeneratorV31["generateDocument"]>;

const problemSchema = z
  .object({
    type: z.string().describe("Where the problem is explained; this server has the page"),
    title: z.string(),
    status: z.number().int(),
    code: z.string().describe("Stable; match on this"),
    detail: z.string(),
    instance: z.string().describe("The path that was asked for"),
    requestId: z.string(),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().describe("JSON Pointer into the body"),
          parameter: z.string().optional().describe("Name of a path, query or header parameter"),
          code: z.string(),
          detail: z.string(),
        }),
      )
      .optional(),
    existing: z.record(z.string(), z.unknown()).optional().describe("The top-up as it is, masked, or the campaign"),
    difference: z.record(z.string(), z.unknown()).optional().describe("What differs from the plan that was agreed to"),
    found: z.array(z.record(z.string(), z.unknown())).optional().describe("What the provider shows"),
    permission: z.string().optional().describe("The permission that the caller lacks"),
    suggestion: z.record(z.string(), z.unknown()).optional().describe("The verdict that this supports, and why"),
  })
  .meta({ id: "Problem" });

/** Problems that routes may answer with whatever they do. */
const OF_EVERY_ROUTE = ["internal_error"] as const satisfies ProblemCode[];
const OF_KEYED_ROUTES = [
  "key_invalid",
  "session_invalid",
  "permission_missing",
  "origin_refused",
  "too_many_at_once",
  "ledger_unavailable",
  "ledger_lost",
] as const satisfies ProblemCode[];

/** What is sent to others, as the document tells it. */
export type DocumentedWebhook = Parameters<OpenAPIRegistry["registerWebhook"]>[0];

/** Builds the document from the route table, out of the schemas that check the requests. */
export function buildOpenApi(
  routes: readonly Route[],
  options: { publicUrl: string | undefined; webhooks: readonly DocumentedWebhook[] },
): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  registry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  registry.registerComponent("securitySchemes", "apiKey", { type: "apiKey", in: "header", name: "X-Api-Key" });
  registry.registerComponent("securitySchemes", "session", { type: "apiKey", in: "cookie", name: "__Host-surefill" });
  registry.registerComponent("securitySchemes", "signature", {
    type: "apiKey",
    in: "header",
    name: "X-Reloadly-Signature",
  });
  for (const row of routes) registry.registerPath(pathOf(row));
  for (const webhook of options.webhooks) registry.registerWebhook(webhook);
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: "3.1.0",
    info: {
      title: "Surefill",
      version: "1",
      description:
        "Sends airtime and data top-ups through Reloadly so that every recipient is paid exactly once, or you know " +
        "why not. Amounts are decimal text; times are RFC 3339 in UTC; new fields and states may be added.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: options.publicUrl ?? "/" }],
    tags: [...new Set([...routes.map(tagOf), "webhooks"])].map((name) => ({ name })),
  });
  describeDefaults(document);
  for (const { path, method, query } of routes) {
    if (query !== undefined) writeWholeNumbers(document.paths?.[templateOf(path)]?.[method], wholeNumbersOf(query));
  }
  return document;
}

/** OpenAPI's form of a path. */
function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, "{$1}");
}

function tagOf({ path }: Route): string {
  return path.startsWith("/v1/") ? (path.split("/")[2] ?? "") : "operation";
}

/** How a caller of a route says who it is. */
function securityOf(permission: RoutePermission): { [scheme: string]: [] }[] {
  if (permission === "public") return [];
  if (permission === "signature") return [{ signature: [] }];
  return permission === "signed-in" ? [{ session: [] }] : [{ bearer: [] }, { apiKey: [] }, { session: [] }];
}

const isKeyed = ({ permission }: Route) => permission !== "public" && permission !== "signature";

type PathConfig = Parameters<OpenAPIRegistry["registerPath"]>[0];

function pathOf(row: Route): PathConfig {
  const { operationId, summary, description, params, query, headers } = row;
  const body = row.documentedBody ?? row.body;
  return {
    method: row.method,
    path: templateOf(row.path),
    operationId,
    summary,
    tags: [tagOf(row)],
    ...(description !== undefined && { description }),
    security: securityOf(row.permission),
    "x-permission": row.permission,
    "x-audited": row.isAudited,
    ...(row.furtherPermissions !== undefined && { "x-further-permissions": row.furtherPermissions }),
    request: {
      ...(params !== undefined && { params }),
      ...(query !== undefined && { query }),
      ...(headers !== undefined && { headers }),
      ...(body !== undefined && { body: { required: true, content: { "application/json": { schema: body } } } }),
      ...(row.streamedBody !== undefined && { body: { required: true, content: contentOf(row.streamedBody) } }),
    },
    responses: { ...successes(row), ...problems(row) },
  };
}

function contentOf(mediaTypes: readonly string[]): Record<string, { schema: z.ZodType }> {
  return Object.fromEntries(
    mediaTypes.map((mediaType) => [mediaType, { schema: z.string().meta({ format: "binary" }) }]),
  );
}

function successes(row: Route): PathConfig["responses"] {
  const entries = Object.entries(row.responses).map(([status, { description, schema, contentType }]) => {
    const content = schema === undefined ? {} : { content: { [contentType ?? "application/json"]: { schema } } };
    return [status, { description, ...content }] as const;
  });
  return Object.fromEntries(entries);
}

function problems(row: Route): PathConfig["responses"] {
  const codes: ProblemCode[] = [...row.problems, ...(isKeyed(row) ? OF_KEYED_ROUTES : []), ...OF_EVERY_ROUTE];
  if (row.bound === true) codes.push("outside_binding");
  const withBody = row.body === undefined ? codes : [...codes, "unsupported_media_type" as const];
  const byStatus = new Map<number, Set<ProblemCode>>();
  for (const code of withBody) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, (byStatus.get(status) ?? new Set<ProblemCode>()).add(code));
  }
  const entries = [...byStatus].map(([status, of]) => {
    const description = [...of].map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join("; ");
    return [status, { description, content: { "application/problem+json": { schema: problemSchema } } }] as const;
  });
  return Object.fromEntries(entries);
}
