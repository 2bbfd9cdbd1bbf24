import { EVENT_TYPES, type LedgerEvent } from "@surefill/topup";
import { isEventId } from "@surefill/topup-store";
import { z } from "zod";
import { keyNameSchema } from "../access/api-keys.js";
import type { Identity } from "../access/identity.js";

/** The form of a cursor, for every place that takes one. */
export const cursorSchema = z
  .string({ error: "must be given once" })
  .refine(isEventId, { error: "must be the id of an event, such as 1795397719631-0, or 0-0 for the oldest one" });

const known: ReadonlySet<string> = new Set(EVENT_TYPES);

const typeList = z
  .string({ error: "must be given once, with commas between types" })
  .refine((text) => text.split(",").every((type) => known.has(type)), {
    error: `must be one or more of ${EVENT_TYPES.join(", ")}, with commas between them`,
  })
  .transform((text) => {
    const asked = new Set(text.split(","));
    return EVENT_TYPES.filter((type) => asked.has(type));
  });

/** Which events to tell; every filter that is given must fit. */
export const filterFields = {
  type: typeList.optional().describe("Types to tell, separated by commas; without it all"),
  campaign: z
    .string({ error: "must be given once" })
    .regex(/^[A-Za-z0-9._-]{1,100}$/, { error: "must be the name of a campaign" })
    .transform((name) => name.toLowerCase())
    .optional()
    .describe("Only events of top-ups of this campaign"),
  caller: keyNameSchema
    .optional()
    .describe("Only events of top-ups that came with the API key of this name; in upper and lower case as configured"),
};

/** A filter, as parsed. */
export type EventFilter = {
  type?: readonly LedgerEvent["type"][] | undefined;
  campaign?: string | undefined;
  caller?: string | undefined;
  /** Only what the caller's key is bound to, whatever else is asked for. */
  within?: ((event: LedgerEvent) => boolean) | undefined;
};

/** The further filter of a caller whose key is bound to top-ups; none for anybody else. */
export function withinBinding({ name, binding }: Identity): Pick<EventFilter, "within"> {
  if (binding === undefined) return {};
  const { own, campaigns } = binding;
  return {
    within: ({ caller, campaign }) =>
      (!own || caller === name) && (campaigns === undefined || campaigns.includes(campaign ?? "")),
  };
}

/** Whether a filter may drop anything. */
export function isSelective({ type, campaign, caller, within }: EventFilter): boolean {
  return type !== undefined || campaign !== undefined || caller !== undefined || within !== undefined;
}

/** Whether an event passes a filter. */
export function passes({ type, campaign, caller, within }: EventFilter, event: LedgerEvent): boolean {
  return (
    (type === undefined || type.includes(event.type)) &&
    (campaign === undefined || campaign === event.campaign) &&
    (caller === undefined || caller === event.caller) &&
    (within === undefined || within(event))
  );
}
