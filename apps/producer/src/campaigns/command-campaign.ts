import { type CampaignState, formatUnits } from "@surefill/campaign";
import type { Campaigns, Changed, Tally } from "@surefill/topup-store";
import { z } from "zod";
import type { HttpResult } from "../http/result.js";
import { campaignHead, campaignHeadSchema, etagOf } from "./campaign-view.js";
import { type Command, madeChange } from "./find-campaign.js";

/** What a command leaves: the campaign, and what it can not call back any more. */
export const commandedSchema = campaignHeadSchema
  .extend({
    stillInFlight: z
      .object({
        rows: z.int().describe("Rows that are with the provider, or may be: they settle by themselves"),
        submitting: z.int(),
        processing: z.int(),
        unknown: z.int(),
        cost: z.string().describe("The most that they may cost, as decimal text in the account's currency"),
      })
      .describe("What stood at the very moment of the change. No other row is sent from then on"),
  })
  .meta({ id: "CommandedCampaign" });

const STOPPABLE = ["scheduled", "running", "paused", "completing"] as const satisfies CampaignState[];
const CANCELLABLE = ["draft", "checking", "ready", ...STOPPABLE] as const satisfies CampaignState[];

/** `POST /v1/campaigns/{id}/pause`: nothing is sent from the answer on. Pausing a paused one again answers 200. */
export const pauseCampaign =
  ({ campaigns }: { campaigns: Pick<Campaigns, "pause"> }) =>
  async ({ id, caller }: { id: string; caller: string }): Promise<HttpResult> =>
    commanded(id, await campaigns.pause(id, "person", { by: caller }), { does: "pause", from: STOPPABLE });

/** `POST /v1/campaigns/{id}/resume`: goes on, whatever it was paused for. */
export const resumeCampaign =
  ({ campaigns }: { campaigns: Pick<Campaigns, "resume"> }) =>
  async ({ id }: { id: string }): Promise<HttpResult> =>
    commanded(id, await campaigns.resume(id), { does: "resume", from: ["paused"] });

/** `POST /v1/campaigns/{id}/cancel`: nothing is sent any more, for good. What is in flight settles. */
export const cancelCampaign =
  ({ campaigns }: { campaigns: Pick<Campaigns, "cancel"> }) =>
  async ({ id }: { id: string }): Promise<HttpResult> =>
    commanded(id, await campaigns.cancel(id), { does: "cancel", from: CANCELLABLE });

function commanded(id: string, changed: Changed, command: Command): HttpResult {
  const { campaign, tally } = madeChange(id, changed, command);
  const json = { ...campaignHead(campaign), stillInFlight: inFlightOf(tally) };
  return { status: 200, headers: { etag: etagOf(campaign) }, json };
}

function inFlightOf({ rows, money }: Tally): z.output<typeof commandedSchema>["stillInFlight"] {
  const { submitting, processing, unknown } = rows;
  return {
    rows: submitting + processing + unknown,
    submitting,
    processing,
    unknown,
    cost: formatUnits(money.submitting + money.processing + money.unknown),
  };
}
