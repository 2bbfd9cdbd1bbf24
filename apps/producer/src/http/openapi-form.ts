/** What programs that read an OpenAPI document need, and what the generator cannot know. */
import { z } from "zod";

/** A piece of a document. */
type Node = { [member: string]: unknown };

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Takes `default` out of the schemas of bodies and says it in their descriptions. Generated clients read a default as
 * "is always there", and then demand of their caller what may be left out. Changes the document.
 */
export function describeDefaults(document: { paths?: object; webhooks?: object; components?: object }): void {
  for (const schemas of [document.components, ...requestBodies(document.paths), ...requestBodies(document.webhooks)]) {
    takeDefaults(schemas);
  }
}

function requestBodies(paths: object = {}): unknown[] {
  return Object.values(paths).flatMap((path: object) =>
    Object.values(path).flatMap((operation: unknown) => (isNode(operation) ? [operation["requestBody"]] : [])),
  );
}

function takeDefaults(schema: unknown): void {
  if (Array.isArray(schema)) {
    for (const each of schema) takeDefaults(each);
    return;
  }
  if (!isNode(schema)) return;
  const { default: value, description } = schema;
  if (value !== undefined) {
    delete schema["default"];
    const says = `Default: ${JSON.stringify(value)}`;
    schema["description"] = typeof description === "string" ? `${description}. ${says}` : says;
  }
  for (const [member, inside] of Object.entries(schema)) {
    // The members of `properties` are named by the schema: one may be called "default" or "example".
    if (member === "properties" && isNode(inside)) takeDefaults(Object.values(inside));
    else if (member !== "example") takeDefaults(inside);
  }
}

/** The fields of a query that are whole numbers, with their least value. A query itself is all text. */
export function wholeNumbersOf(query: z.ZodObject | z.ZodPipe): Map<string, { minimum: number }> {
  const object = query instanceof z.ZodPipe ? query.in : query;
  const found = new Map<string, { minimum: number }>();
  if (!(object instanceof z.ZodObject)) return found;
  for (const [name, field] of Object.entries(object.shape)) {
    if (typeof z.safeParse(field, "1").data !== "number") continue;
    found.set(name, { minimum: z.safeParse(field, "0").success ? 0 : 1 });
  }
  return found;
}

/** Writes whole numbers of a query as such; the document has the texts that they are parsed from. Changes it. */
export function writeWholeNumbers(operation: unknown, wholeNumbers: ReadonlyMap<string, { minimum: number }>): void {
  const parameters = isNode(operation) && Array.isArray(operation["parameters"]) ? operation["parameters"] : [];
  for (const parameter of parameters.filter(isNode)) {
    const bounds = wholeNumbers.get(String(parameter["name"]));
    const schema = parameter["schema"];
    if (parameter["in"] !== "query" || bounds === undefined || !isNode(schema)) continue;
    const { pattern: _, ...rest } = schema;
    parameter["schema"] = { ...rest, type: "integer", ...bounds };
  }
}
