/** The calls of the campaign API that measuring needs. */
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_EVERY_MS = 200;

/** @param {{ url: string, key: string }} address */
export function campaignApi({ url, key }) {
  async function ask(method, path, { json, file } = {}) {
    const headers = { authorization: `Bearer ${key}` };
    if (json !== undefined) headers["content-type"] = "application/json";
    if (file !== undefined) headers["content-type"] = "text/csv";
    const body = file === undefined ? json && JSON.stringify(json) : Readable.toWeb(file);
    const response = await fetch(`${url}${path}`, { method, headers, body, duplex: "half" });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  const api = {
    ask,
    upload: (file, name) => ask("POST", `/v1/uploads?name=${encodeURIComponent(name)}`, { file }),
    create: (campaign) => ask("POST", "/v1/campaigns", { json: campaign }),
    campaign: (id) => ask("GET", `/v1/campaigns/${id}`),
    /** Has it checked, and waits for the plan. */
    async check(id) {
      await ask("POST", `/v1/campaigns/${id}/check`);
      for (;;) {
        const campaign = await api.campaign(id);
        if (campaign.state === "ready") return campaign;
        if (campaign.state !== "checking") throw new Error(`the check ended as ${JSON.stringify(campaign.check)}`);
        await sleep(LOOK_EVERY_MS);
      }
    },
    start: (id, planHash) => ask("POST", `/v1/campaigns/${id}/start`, { json: { planHash } }),
  };
  return api;
}
