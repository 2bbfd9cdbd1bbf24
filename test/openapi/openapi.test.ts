/** The OpenAPI document is one that others' programs can use: it is linted, and a client is generated and compiled. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import spectral from "@stoplight/spectral-core";
import { oas } from "@stoplight/spectral-rulesets";
import openapiTS, { astToString } from "openapi-typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest } from "../integration/producer/running-producer.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Spectral's number for it. */
const ERROR = 0;

let producer: ProducerUnderTest;
let source: string;
beforeAll(async () => {
  producer = await startProducerUnderTest({ settings: { PUBLIC_URL: "https://topups.example.com" } });
  source = (await producer.call("GET", "/openapi.json", { key: null })).text;
});
afterAll(() => producer.close());

async function spectralErrors(document: Record<string, unknown>) {
  const linter = new spectral.Spectral();
  linter.setRuleset(new spectral.Ruleset({ extends: [[oas, "recommended"]] }));
  const problems = await linter.run(document);
  return problems.filter(({ severity }) => severity === ERROR);
}

test("Redocly's recommended rules find no error in it", async () => {
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({ source, absoluteRef: "openapi.json", config });
  const errors = problems.filter(({ severity }) => severity === "error");

  expect(errors.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
});

test("Spectral's recommended rules find no error in it", async () => {
  const errors = await spectralErrors(JSON.parse(source));

  expect(errors.map(({ code, path, message }) => `${code} at ${path.join("/")}: ${message}`)).toEqual([]);
});

test("Spectral does find an error, where there is one", async () => {
  const wrong = JSON.parse(source);
  wrong.paths["/v1/topups"].post.operationId = wrong.paths["/v1/topups"].get.operationId;

  expect((await spectralErrors(wrong)).map(({ code }) => code)).toContain("operation-operationId-unique");
});

test("no schema is made of parts without a type, of which a generated client would make unknown", () => {
  const untyped: string[] = [];
  const look = (place: string, node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [name, inside] of Object.entries(node)) {
      const isParts = ["anyOf", "oneOf", "allOf"].includes(name) && Array.isArray(inside);
      for (const part of isParts ? inside : []) {
        const says = ["type", "$ref", "enum", "const", "anyOf", "oneOf", "allOf"].some((key) => key in part);
        if (!says) untyped.push(`${place}/${name}: ${JSON.stringify(part)}`);
      }
      look(`${place}/${name}`, inside);
    }
  };
  look("", JSON.parse(source));

  expect(untyped).toEqual([]);
});

test("every default and every example of a parameter is of its schema's type, and whole numbers are integers", () => {
  const wrong: string[] = [];
  const look = (place: string, node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { type, default: value } = node as { type?: unknown; default?: unknown };
    if (typeof type === "string" && value !== undefined && typeof value !== "object") {
      const actual = Number.isInteger(value) ? "integer" : typeof value;
      if (actual !== type) wrong.push(`${place}: ${actual} in a schema of ${type}`);
    }
    for (const [name, inside] of Object.entries(node)) look(`${place}/${name}`, inside);
  };
  look("", JSON.parse(source));
  const { paths } = JSON.parse(source);
  const { parameters } = paths["/v1/events"].get;

  expect(wrong).toEqual([]);
  expect(parameters.find(({ name }: { name: string }) => name === "limit").schema).toMatchObject({ type: "integer" });
});

describe("a client that openapi-typescript generates", () => {
  test("compiles, and takes the README's body, a batch of it and a page of events as they are written", async () => {
    const readme = await readFile(join(root, "README.md"), "utf8");
    const [, body = ""] = /curl -i "\$API\/v1\/topups"[^']*'(\{[\s\S]*?\})'/.exec(readme) ?? [];
    const folder = await mkdtemp(join(tmpdir(), "surefill-client-"));
    try {
      await writeFile(join(folder, "client.ts"), astToString(await openapiTS(source)));
      await writeFile(
        join(folder, "caller.ts"),
        `import type { components, operations } from "./client.js";
         export const body: components["schemas"]["TopupRequest"] = ${body};
         // @ts-expect-error An amount is needed.
         export const without: components["schemas"]["TopupRequest"] = { reference: "a", operatorId: 341 };
         // @ts-expect-error No such field.
         export const unknown: components["schemas"]["TopupRequest"] = { ...body, recipient: "+2348031231111" };
         export const batch: operations["acceptTopups"]["requestBody"]["content"]["application/json"] = { topups: [body] };
         export const query: operations["listEvents"]["parameters"]["query"] = { limit: 10, waitSeconds: 5 };
         export const campaign: components["schemas"]["NewCampaign"] = {
           name: "x", upload: "upl_x", mapping: { phone: "phone", amount: "amount" },
         };`,
      );
      const tsc = join(root, "node_modules/typescript/bin/tsc");
      const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--types", ""];
      const compiled = promisify(execFile)(process.execPath, [tsc, ...options, "caller.ts"], { cwd: folder });
      const output = await compiled.then(
        ({ stdout }) => stdout,
        ({ stdout, message }) => stdout || message,
      );

      expect(JSON.parse(body)).toHaveProperty("reference");
      expect(output).toBe("");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
