import type { CommandName } from "./campaign.js";

/** The name of the API key that a command came with. It goes into the campaign's history and its event. */
export type ByKey = { key?: string | undefined };

/** The fields by which the script knows a command; none where nobody gave one. */
export function given(command: CommandName, key: string | undefined): string[] {
  return key === undefined ? [] : ["command", command, "commandKey", key];
}

/** The fields by which a person agrees to the prices of that version; none where nobody does. */
export function agreedPrices(repricedVersion: number | undefined): string[] {
  return repricedVersion === undefined ? [] : ["repricedAgreed", String(repricedVersion)];
}
