import { z } from "zod";
import { type Answer, ok } from "../answer.js";
import type { Books, BooksQuery } from "../books.js";
import type { PriceChange } from "../catalogue/operator-book.js";
import { parseFaultPlan } from "../fault-plan.js";
import { decimal } from "../money.js";
import { moneySchema } from "../options.js";
import type { Call, Route } from "../router.js";

/** What the sandbox's own endpoints act on. */
export interface OwnSurface {
  books(query: BooksQuery): Books;
  topUpWallet(amount: string): void;
  setFaultPlan(plan: ReturnType<typeof parseFaultPlan>): void;
  changePrice(operatorId: number, change: PriceChange): void;
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

const rate = z
  .union([z.string(), z.number().transform(String)])
  .pipe(z.string().regex(/^\d{1,9}(\.\d{1,9})?$/, "must be a decimal that is not negative, such as 3.5"))
  .transform(decimal);

const priceChangeSchema = z.strictObject({
  fxRate: rate.refine((value) => value.gt(0), "must be above 0").optional(),
  internationalDiscount: rate.refine((value) => value.lte(100), "must be at most 100").optional(),
  localDiscount: rate.refine((value) => value.lte(100), "must be at most 100").optional(),
});

/** New prices of an operator: local units per unit of the sender's currency, and discounts in per cent. */
export type NewPrice = z.input<typeof priceChangeSchema>;

/** Reads new prices; throws an error that says what is wrong with them. */
export function parsePriceChange(input: unknown): PriceChange {
  const change = priceChangeSchema.safeParse(input);
  if (!change.success) throw new Error(z.prettifyError(change.error));
  return change.data;
}

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
    {
      method: "PUT",
      path: "/_sandbox/operators/:id/price",
      operation: "own",
      handle: answering(({ request, values }) => {
        const change = parsePriceChange(readBody(request.body));
        surface.changePrice(Number(values[0]), change);
        return { operatorId: Number(values[0]) };
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
