import { type CallOptions, type Connection, dataOf } from "./connection.js";
import type { components, operations } from "./generated/api.js";
import { pagesOf } from "./pages.js";

/** A campaign with its plan, progress and history. */
export type Campaign = components["schemas"]["Campaign"];
/** A campaign as lists and commands show it. */
export type CampaignHead = components["schemas"]["CampaignHead"];
/** What a campaign is made from. */
export type NewCampaign = components["schemas"]["NewCampaign"];
/** What may be changed of a campaign. */
export type CampaignPatch = components["schemas"]["CampaignPatch"];
/** One row of a campaign. */
export type CampaignRow = components["schemas"]["CampaignRow"];
/** A file that was received, and what was found in it. */
export type Upload = components["schemas"]["UploadWithSample"];
/** How a file is to be read, where that shall not be told from its content. */
export type UploadOptions = NonNullable<operations["receiveUpload"]["parameters"]["query"]>;
/** The bytes of a file. */
export type FileBody = ReadableStream<Uint8Array> | Blob | Uint8Array<ArrayBuffer> | string;
/** Which version of the campaign is meant: `version` of a campaign that was read. */
export type IfVersion = { ifVersion?: number };

const POLL_MS = 1_000;
/** No piece of a file may take longer. */
const SILENCE_MS = 60_000;
/** How long a file may take whose pieces are not seen: that is the platform's matter. */
const UPLOAD_MS = 3_600_000;

/** Campaigns: a file of recipients that is uploaded, checked, started and followed. */
export class Campaigns {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Uploads a CSV file or an Excel workbook, sent as it comes where it is a stream (not in browsers, whose `fetch` needs
   * HTTP/2 for that: give them the `File`). It is sent once: after an error upload it again.
   */
  async upload(file: FileBody, { signal, ...query }: UploadOptions & CallOptions = {}): Promise<Upload> {
    let noteSent = () => {};
    const body = file instanceof ReadableStream ? file.pipeThrough(counted(() => noteSent())) : file;
    const response = await this.#connection.open(
      (api) =>
        api.POST("/v1/uploads", {
          params: { query },
          body: "",
          bodySerializer: () => body,
          headers: { "content-type": "application/octet-stream" },
          parseAs: "stream",
          ...(body instanceof ReadableStream && { duplex: "half" }),
          ...(signal && { signal }),
        }),
      body instanceof ReadableStream
        ? {
            silenceMs: SILENCE_MS,
            sent: (note) => {
              noteSent = note;
            },
          }
        : { silenceMs: UPLOAD_MS },
    );
    return (await response.json()) as Upload;
  }

  /** Makes a draft from an upload. Nothing is paid before it is started. */
  async create(campaign: NewCampaign, options: CallOptions = {}): Promise<CampaignHead> {
    return dataOf(this.#connection.once.POST("/v1/campaigns", { body: campaign, ...options }));
  }

  /** A campaign as it is now. */
  async get(id: string, options: CallOptions = {}): Promise<Campaign> {
    return dataOf(this.#connection.api.GET("/v1/campaigns/{id}", { params: { path: { id } }, ...options }));
  }

  /** All campaigns, the newest first. */
  list(
    filter: Omit<NonNullable<operations["listCampaigns"]["parameters"]["query"]>, "cursor" | "limit"> = {},
    options: CallOptions = {},
  ): AsyncGenerator<CampaignHead, void> {
    return pagesOf((cursor) => {
      const params = { query: { ...filter, limit: 100, ...(cursor !== undefined && { cursor }) } };
      return dataOf(this.#connection.api.GET("/v1/campaigns", { params, ...options }));
    });
  }

  /** Changes mapping, options or limits. Members that are null are removed. */
  async edit(id: string, patch: CampaignPatch, options: CallOptions & IfVersion = {}): Promise<CampaignHead> {
    return dataOf(this.#connection.once.PATCH("/v1/campaigns/{id}", { body: patch, ...commandOf(id, options) }));
  }

  /** Checks every row, and resolves with the campaign when the check has ended: `ready` with a plan, or with problems. */
  async check(id: string, options: CallOptions & IfVersion = {}): Promise<Campaign> {
    await dataOf(this.#connection.once.POST("/v1/campaigns/{id}/check", commandOf(id, options)));
    for await (const campaign of this.follow(id, options)) {
      if (campaign.state !== "checking") return campaign;
    }
    return this.get(id, options);
  }

  /**
   * Starts what was agreed to: `planHash` is that of the plan that was read. Starting it again changes nothing. With
   * `ifVersion` a start whose answer was lost is refused with `version_mismatch` when it is repeated: look at the campaign.
   */
  async start(
    id: string,
    start: components["schemas"]["CampaignStart"],
    options: CallOptions & IfVersion = {},
  ): Promise<CampaignHead> {
    return dataOf(this.#connection.api.POST("/v1/campaigns/{id}/start", { body: start, ...commandOf(id, options) }));
  }

  /** Takes up no further rows; `stillInFlight` tells how many are with the provider. */
  async pause(id: string, options: CallOptions & IfVersion = {}): Promise<components["schemas"]["CommandedCampaign"]> {
    return dataOf(this.#connection.api.POST("/v1/campaigns/{id}/pause", commandOf(id, options)));
  }

  /** Takes up rows again. Not repeated after a doubtful outcome: another person may have paused it since. */
  async resume(
    id: string,
    { planHash, ...options }: CallOptions & IfVersion & { planHash?: string } = {},
  ): Promise<CampaignHead> {
    const { params, ...rest } = commandOf(id, options);
    const withPlan = { ...params, ...(planHash !== undefined && { query: { planHash } }) };
    return dataOf(this.#connection.once.POST("/v1/campaigns/{id}/resume", { params: withPlan, ...rest }));
  }

  /** Withdraws every row that has not been sent. */
  async cancel(id: string, options: CallOptions & IfVersion = {}): Promise<components["schemas"]["CommandedCampaign"]> {
    return dataOf(this.#connection.api.POST("/v1/campaigns/{id}/cancel", commandOf(id, options)));
  }

  /** The campaign each time that it has changed, until its end. */
  async *follow(id: string, options: CallOptions = {}): AsyncGenerator<Campaign, void> {
    const never = new AbortController().signal;
    let last: string | undefined;
    for (;;) {
      const campaign = await this.get(id, options);
      const text = JSON.stringify([campaign.version, campaign.progress]);
      if (text !== last) yield campaign;
      if (campaign.over) return;
      last = text;
      await this.#connection.clock.sleep(POLL_MS, options.signal ?? never);
    }
  }

  /** The rows of a campaign, read page by page. */
  rows(
    id: string,
    filter: Omit<NonNullable<operations["listCampaignRows"]["parameters"]["query"]>, "cursor" | "limit"> = {},
    options: CallOptions = {},
  ): AsyncGenerator<CampaignRow, void> {
    return pagesOf((cursor) => {
      const query = { ...filter, limit: 100, ...(cursor !== undefined && { cursor }) };
      const params = { path: { id }, query };
      return dataOf(this.#connection.api.GET("/v1/campaigns/{id}/rows", { params, ...options }));
    });
  }

  /** The result file as a stream, written while it is read. One that breaks off is no file: the stream fails. */
  async results(
    id: string,
    { signal, ...query }: NonNullable<operations["getCampaignResults"]["parameters"]["query"]> & CallOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const params = { path: { id }, query };
    const response = await this.#connection.open(
      (api) => api.GET("/v1/campaigns/{id}/results.csv", { params, parseAs: "stream", ...(signal && { signal }) }),
      { silenceMs: SILENCE_MS },
    );
    return response.body ?? new Blob([]).stream();
  }
}

/** Passes pieces on, and tells of each. */
function counted(note: () => void): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(piece, controller) {
      note();
      controller.enqueue(piece);
    },
  });
}

function commandOf(id: string, { ifVersion, signal }: CallOptions & IfVersion) {
  const header = ifVersion === undefined ? {} : { header: { "If-Match": `"${ifVersion}"` } };
  return { params: { path: { id }, ...header }, ...(signal && { signal }) };
}
