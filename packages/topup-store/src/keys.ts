import type { TopupState } from "@surefill/topup";

/**
 * The partition that everything lives in. All keys of one top-up carry its partition's hash tag, so that one
 * script can touch them all and a cluster could spread partitions; there is one partition today.
 */
const PARTITION = 0;

/** Every key of the ledger. No other file spells a key. */
export type LedgerKeys = ReturnType<typeof ledgerKeys>;

/** Builds the ledger's keys under a prefix such as `surefill`. */
export function ledgerKeys(prefix: string) {
  const base = `${prefix}:{${PARTITION}}:`;
  return {
    base,
    meta: `${base}meta`,
    accountChanges: `${base}account-changes`,
    recreatedConfirmations: `${base}recreated-confirmations`,
    rebuilds: `${base}rebuilds`,
    serverChanges: `${base}server-changes`,
    comparison: `${base}comparison`,
    record: (reference: string) => `${base}t:${reference}`,
    history: (reference: string) => `${base}h:${reference}`,
    state: (state: TopupState) => `${base}s:${state}`,
    due: `${base}due`,
    phone: (phoneHash: string) => `${base}p:${phoneHash}`,
    campaign: (campaign: string) => `${base}c:${campaign}`,
    transaction: (transactionId: number) => `${base}x:${transactionId}`,
    needs: (kind: string) => `${base}n:${kind}`,
    recreated: `${base}recreated`,
    gates: `${base}gates`,
    gateInfo: `${base}gate-info`,
    gateFailures: `${base}gate-failures`,
    gateControl: `${base}gate-control`,
    workers: `${base}workers`,
    acceptedAt: `${base}accepted-at`,
    gateNews: `${base}gate-news`,
    gateWatch: `${base}gate-watch`,
    parked: (gate: string) => `${base}parked:${gate}`,
    events: `${base}events`,
    webhookEndpoints: `${base}we`,
    webhookEndpoint: (endpointId: string) => `${base}we:${endpointId}`,
    webhookEndpointHistory: (endpointId: string) => `${base}we:${endpointId}:history`,
    webhookEndpointSendings: (endpointId: string) => `${base}we:${endpointId}:sendings`,
    webhookDeletions: `${base}we-deleted`,
    webhookDeliveries: (endpointId: string) => `${base}wd:${endpointId}`,
    webhookDelivery: (endpointId: string, eventId: string) => `${base}wd:${endpointId}:${eventId}`,
    webhookFanOut: `${base}wf`,
    webhookNotices: `${base}wn`,
    keySpending: (caller: string, day: number) => `${base}spent:${caller}:${day}`,
    sightings: `${base}sightings`,
    auditTurn: (pass: string) => `${base}audit-turn:${pass}`,
    auditedFrom: `${base}audited-from`,
    hint: (digest: string) => `${base}hint:${digest}`,
    groupCommand: (name: string) => `${base}gc:${name}`,
    groupOutcomes: (name: string) => `${base}go:${name}`,
    uploads: `${base}u`,
    upload: (id: string) => `${base}u:${id}`,
    uploadRows: (id: string) => `${base}u:${id}:rows`,
    uploadCampaigns: (id: string) => `${base}u:${id}:campaigns`,
    uploadsOfFile: (sha256: string) => `${base}u-file:${sha256}`,
    campaigns: `${base}k`,
    activeCampaigns: `${base}k-active`,
    checkingCampaigns: `${base}k-checking`,
    campaignRecord: (id: string) => `${base}k:${id}`,
    campaignPlan: (id: string, version: number) => `${base}k:${id}:plan:${version}`,
    campaignPlanChunk: (id: string, version: number, chunk: number) => `${base}k:${id}:plan:${version}:${chunk}`,
    campaignLanes: (id: string) => `${base}k:${id}:lanes`,
    campaignCounts: (id: string) => `${base}k:${id}:counts`,
    campaignMoney: (id: string) => `${base}k:${id}:money`,
    campaignFailures: (id: string) => `${base}k:${id}:failures`,
    campaignRecent: (id: string) => `${base}k:${id}:recent`,
    campaignMinutes: (id: string) => `${base}k:${id}:minutes`,
    campaignRows: (id: string, state: string) => `${base}k:${id}:s:${state}`,
    campaignHistory: (id: string) => `${base}k:${id}:history`,
    campaignFeeder: (id: string) => `${base}k:${id}:feeder`,
    detectedOperators: (bucket: string) => `${base}od:${bucket}`,
    operatorCatalogue: `${base}oc`,
    ...accessStoreKeys(base),
  };
}

/** The keys of who may do what. */
function accessStoreKeys(base: string) {
  return {
    auditLog: `${base}al`,
    auditHead: `${base}al-head`,
    accessKeys: `${base}ak`,
    accessKeyNames: `${base}ak-names`,
    accessKey: (id: string) => `${base}ak:${id}`,
    people: `${base}pe`,
    person: (user: string) => `${base}pe:${user}`,
    session: (digest: string) => `${base}se:${digest}`,
  };
}

/** The BullMQ prefix that belongs to a ledger prefix: same hash tag, so that both live in one slot. */
export function queuePrefix(prefix: string): string {
  return `${prefix}:{${PARTITION}}`;
}
