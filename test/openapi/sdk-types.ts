/** The SDK's generated files, made from the OpenAPI document. */
import openapiTS, { astToString } from "openapi-typescript";

type Operation = { responses: Record<string, { description: string }> };
type Document = { paths: Record<string, Record<string, Operation>>; webhooks?: unknown };

const HEADER = "/** Generated from /openapi.json: UPDATE_DOCS=1 npx vitest run test/openapi. */\n";

/**
 * The files by name. Answers that are problems are left out of the calls, since the client throws them; their codes
 * are a type. Webhooks are left out: their bodies are the events of the log.
 */
export async function sdkTypes(openapi: string): Promise<Record<string, string>> {
  const document = JSON.parse(openapi) as Document;
  const codes = new Set<string>();
  delete document.webhooks;
  for (const [path, operations] of Object.entries(document.paths)) {
    if (!path.startsWith("/v1/")) delete document.paths[path];
    for (const { responses } of Object.values(operations)) {
      for (const [status, { description }] of Object.entries(responses)) {
        if (status.startsWith("2")) continue;
        for (const [, code = ""] of description.matchAll(/`([a-z_]+)`: /g)) codes.add(code);
        delete responses[status];
      }
    }
  }
  const union = [...codes].toSorted().map((code) => `\n  | "${code}"`);
  return {
    "api.ts": HEADER + astToString(await openapiTS(JSON.stringify(document))),
    "problem-codes.ts": `${HEADER}\n/** What the API may refuse a request with. */\nexport type ProblemCode =${union.join("")};\n`,
  };
}
