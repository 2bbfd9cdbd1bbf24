import { z } from "zod";
import { type Answer, ok } from "../answer.js";
import type { Books, BooksQuery } from "../books.js";
import { parseFaultPlan } from "../fault-plan.js";
import { moneySchema } from "../options.js";
import type { Call, Route } from "../router.js";

/** What the sandbox's own endpoints act on. */
export interface OwnSurface {
  books(query: BooksQuery): Books;
  topUpWallet(amount: string): void;
  setFaultPlan(plan: ReturnType<typeof parseFaultPlan>): void;
}

const queryText = z.object({
  rows: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional(),
  customIdentifier: z.string().optional(),
  after: z.string().optional(),
  limit: z.coerce.number().int().positive().optional(),
});

const creditSchema = z.strictObject({
  amount: z.union([z.string(), z.number().transform(String)]).pipe(moneySchema),
});

/** The endpoints under `/_sandbox`, which Reloadly does not have. They answer a mistake with 400 and what is wrong. */
export function ownRoutes(surface: OwnSurface): Route[] {
  return [
    {
      method: "GET",
      path: "/_sandbox/books",
      operation: "own",
      handle: answering(({ request }) => surface.books(readQuery(request.query))),
    },
    {
      method: "POST",
      path: "/_sandbox/wallet",
      operation: "own",
      handle: answering(({ request }) => {
        const credit = creditSchema.safeParse(readBody(request.body));
        if (!credit.success) throw new Error(z.prettifyError(credit.error));
        surface.topUpWallet(credit.data.amount);
        return surface.books({ rows: false }).wallet;
      }),
    },
    {
      method: "PUT",
      path: "/_sandbox/fault-plan",
      operation: "own",
      handle: answering(({ request }) => {
        const plan = parseFaultPlan(readBody(request.body));
        surface.setFaultPlan(plan);
        return { rules: plan.rules.length };
      }),
    },
  ];
}

function answering(act: (call: Call) => unknown): (call: Call) => Answer {
  return (call) => {
    try {
      return ok(act(call));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { status: 400, body: JSON.stringify({ error: message }) };
    }
  };
}

function readBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Error("the body is not JSON", { cause });
  }
}

function readQuery(text: string): BooksQuery {
  const query = queryText.safeParse(Object.fromEntries(new URLSearchParams(text)));
  if (!query.success) throw new Error(z.prettifyError(query.error));
  const { rows, customIdentifier, after, limit } = query.data;
  return {
    ...(rows === undefined ? {} : { rows }),
    ...(customIdentifier === undefined ? {} : { customIdentifier }),
    ...(after === undefined ? {} : { after }),
    ...(limit === undefined ? {} : { limit }),
  };
}
