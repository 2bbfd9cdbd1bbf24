import type { Permission } from "@surefill/access";
import { type ReadInput, requestIssues } from "@surefill/topup";
import type { z } from "zod";
import type { AuditedAct } from "../access/audit-trail.js";
import type { Identity } from "../access/identity.js";
import type { RequestFacts } from "../access/request-facts.js";
import { type FieldProblem, validationFailed } from "./problem.js";
import type { ProblemCode } from "./problem-codes.js";
import type { JsonNumbers } from "./read-json.js";
import type { HttpResult } from "./result.js";

/**
 * What a caller of a route must be allowed to do. `public`: nothing, and it need not say who it is. `signed-in`: nothing,
 * but it must have a session. `signature`: the request is signed, which the handler checks.
 */
export type RoutePermission = Permission | "public" | "signed-in" | "signature";

type Method = "get" | "post" | "patch" | "delete";

/** A request as the server hands it to a route: nothing in it is checked yet. */
export type RawRequest = {
  params: Readonly<Record<string, unknown>>;
  query: Readonly<Record<string, unknown>>;
  /** The parsed JSON body; `undefined` where the route takes none. */
  body: unknown;
  /** The body as it was received, byte for byte; empty where the route does not take it like that. */
  rawBody: Buffer;
  /** The body as it comes in, where the route takes it like that; empty elsewhere. Throws `body_incomplete`. */
  bodyStream: AsyncIterable<Buffer>;
  /** The value of a request header, by its lower-case name. */
  header: (name: string) => string | undefined;
  /** Every value of every request header, by lower-case name: headers that came twice are not joined. */
  headers: Readonly<Record<string, readonly string[] | undefined>>;
  /** What is known of the request besides. */
  facts: RequestFacts;
  /** Does what the audit log is to tell of, and tells it. */
  audited: (act: AuditedAct, doIt: () => Promise<HttpResult>) => Promise<HttpResult>;
  /** The name under which the caller is known, as in `identity`; empty on a public route. */
  caller: string;
  /** Who calls. On a public route somebody who may do nothing. */
  identity: Identity;
  /** Makes a signal that aborts when the answer is over, when the caller has gone, or when the server stops. */
  ending: () => AbortSignal;
};

/** What a response looks like in the OpenAPI document. */
export type DocumentedResponse = { description: string; schema?: z.ZodType; contentType?: string };

/** What the OpenAPI document says of a route. */
export type RouteDocument = {
  operationId: string;
  summary: string;
  description?: string;
  headers?: z.ZodObject;
  /** What is documented in place of `body`, where the handler checks parts of it by itself. */
  documentedBody?: z.ZodType;
  responses: Readonly<Record<number, DocumentedResponse>>;
  /** Codes of the problems that are special to this route. */
  problems: readonly ProblemCode[];
};

/** One row of the route table. */
export type Route = RouteDocument & {
  method: Method;
  /** Express's form: `/v1/topups/:reference`. */
  path: string;
  permission: RoutePermission;
  /** What some requests need besides, each with what these are. The handler asks for it with `requirePermission`. */
  furtherPermissions?: Partial<Record<Permission, string>>;
  /** Its own change is written into the audit log in the same step, by its store. */
  auditsItself?: true;
  /** Keys that are bound to top-ups may call it too: it shows and takes only what they are bound to. */
  bound?: true;
  params?: z.ZodObject;
  query?: z.ZodObject | z.ZodPipe;
  body?: z.ZodType;
  /** What the schema of the body takes for numbers; their text, where nothing is said. */
  bodyNumbers?: JsonNumbers;
  /** Takes the body unread, up to this many bytes, because its signature is over the bytes. */
  rawBodyBytesMax?: number;
  /** Takes the body as it comes in, of any length; these are its media types. The handler sets the limits. */
  streamedBody?: readonly string[];
  /** Whether its requests, or some of them, are written into the audit log. */
  isAudited: boolean;
  run: (request: RawRequest) => Promise<HttpResult>;
};

type Output<Schema extends z.ZodType | undefined> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** A row as it is written down: its handler takes what the schemas give. */
type RouteDefinition<
  Params extends z.ZodObject | undefined,
  Query extends z.ZodObject | z.ZodPipe | undefined,
  Body extends z.ZodType | undefined,
> = RouteDocument & {
  method: Method;
  path: string;
  permission: RoutePermission;
  /** What some requests need besides, each with what these are. The handler asks for it with `requirePermission`. */
  furtherPermissions?: Partial<Record<Permission, string>>;
  /** Its own change is written into the audit log in the same step, by its store. */
  auditsItself?: true;
  /** Keys that are bound to top-ups may call it too: it shows and takes only what they are bound to. */
  bound?: true;
  params?: Params;
  query?: Query;
  body?: Body;
  bodyNumbers?: JsonNumbers;
  rawBodyBytesMax?: number;
  streamedBody?: readonly string[];
  /** What the audit log tells of a request; nothing of one for which it is not there, or answers nothing. */
  audit?: (input: HandlerInput<Params, Query, Body>) => AuditedAct | undefined;
  handle: (input: HandlerInput<Params, Query, Body>) => Promise<HttpResult>;
};

/** What a handler takes. */
type HandlerInput<
  Params extends z.ZodObject | undefined,
  Query extends z.ZodObject | z.ZodPipe | undefined,
  Body extends z.ZodType | undefined,
> = Omit<RawRequest, "params" | "query" | "body" | "audited"> & {
  params: Output<Params>;
  query: Output<Query>;
  body: Output<Body>;
};

/** Turns a definition into a row: the schemas are applied before the handler, and every fault is told at once. */
export function route<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | z.ZodPipe | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(definition: RouteDefinition<Params, Query, Body>): Route {
  const { handle, audit, params, query, body, ...rest } = definition;
  return {
    ...rest,
    ...(params !== undefined && { params }),
    ...(query !== undefined && { query }),
    ...(body !== undefined && { body }),
    isAudited: audit !== undefined || rest.auditsItself === true,
    async run(request) {
      const errors: FieldProblem[] = [];
      const { params: rawParams, query: rawQuery, body: rawBody, audited, ...others } = request;
      const input = {
        ...others,
        params: parsePart(params, rawParams, errors, byParameter),
        query: parsePart(query, rawQuery, errors, byParameter),
        body: parsePart(body, rawBody, errors, requestIssues),
      };
      if (errors.length > 0) throw validationFailed(errors);
      const act = audit?.(input);
      return act === undefined ? handle(input) : audited(act, () => handle(input));
    },
  };
}

/** The output of a schema, or `undefined` where there is none or the value is wrong; then `errors` has grown. */
function parsePart<Schema extends z.ZodType | undefined>(
  schema: Schema | undefined,
  value: unknown,
  errors: FieldProblem[],
  explain: (error: z.ZodError, read: ReadInput) => readonly FieldProblem[],
): Output<Schema> {
  const parsed = schema?.safeParse(value);
  if (schema !== undefined && parsed?.success === false)
    errors.push(...explain(parsed.error, { schema, input: value }));
  // Sound because a caller with errors never uses it, and without errors it is what the schema gave.
  return parsed?.data as Output<Schema>;
}

function byParameter(error: z.ZodError, read: ReadInput): FieldProblem[] {
  return requestIssues(error, read).map(({ pointer, code, detail }) => ({ parameter: pointer.slice(1), code, detail }));
}
