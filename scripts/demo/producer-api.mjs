const REQUEST_DEADLINE_MS = 60_000;
const PAGE_ROWS = 200;

/** The calls of the HTTP API that the demo needs beside its commands. */
export function producerApi(url, apiKey) {
  async function get(path) {
    const response = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(REQUEST_DEADLINE_MS),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${answer.detail ?? answer.title}`);
    return answer;
  }

  return {
    /** The campaign that was made last. */
    latestCampaign: async () => (await get("/v1/campaigns?limit=1")).data[0],
    campaign: (id) => get(`/v1/campaigns/${id}`),
    /** Every top-up of a campaign, as the API shows it. */
    async topupsOf(campaign) {
      const found = [];
      let cursor;
      do {
        const query = new URLSearchParams({ campaign, limit: String(PAGE_ROWS), ...(cursor && { cursor }) });
        const page = await get(`/v1/topups?${query}`);
        found.push(...page.data);
        cursor = page.nextCursor;
      } while (cursor);
      return found;
    },
  };
}
