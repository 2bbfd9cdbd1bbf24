import { isFinal, STATES } from "@surefill/topup";

const ended = STATES.filter((state) => isFinal(state) && state !== "succeeded");

/** The Lua table of the states in which a top-up has ended without money for its recipient. */
export const PAID_NOTHING = `local PAID_NOTHING = { ${ended.map((state) => `${state} = true`).join(", ")} }`;
