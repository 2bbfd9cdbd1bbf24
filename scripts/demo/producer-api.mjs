const REQUEST_DEADLINE_MS = 15_000;
const PAGE_ROWS = 200;

/** The two calls of the HTTP API that the demo needs. */
export function producerApi(url, apiKey) {
  async function call(method, path, body) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${apiKey}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_DEADLINE_MS),
    });
    const answer = await response.json();
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${answer.detail ?? answer.title}`);
    return answer;
  }

  return {
    /** Sends up to 1,000 top-ups in one request; answers per item. */
    sendBatch: async (topups) => (await call("POST", "/v1/topups/batch", { topups })).results,
    /** Every top-up of a campaign, as the API shows it. */
    async topupsOf(campaign) {
      const found = [];
      let cursor;
      do {
        const query = new URLSearchParams({ campaign, limit: String(PAGE_ROWS), ...(cursor && { cursor }) });
        const page = await call("GET", `/v1/topups?${query}`);
        found.push(...page.data);
        cursor = page.nextCursor;
      } while (cursor);
      return found;
    },
  };
}
