import { type Answer, ok } from "../answer.js";
import { formatTime } from "../clock.js";
import { exact, fieldsOf, parseJson } from "../json.js";
import { formatUnits } from "../money.js";
import type { Settings } from "../options.js";
import { invalidInput, refusal, refuse } from "../refusal.js";
import type { Call } from "../router.js";
import { TOPUPS_SCOPE, type Tokens } from "../tokens.js";
import { currencyName } from "../transaction-body.js";
import type { Wallet } from "../wallet.js";

/** `POST /oauth/token`. Every field is required; the audience may be a product of Reloadly or a URL of the sandbox. */
export function tokenEndpoint(tokens: Tokens, settings: Settings, ownUrl: () => string): (call: Call) => Answer {
  return ({ request, nowMs }) => {
    const where = { path: request.path, nowMs };
    const fields = fieldsOf(parseJson(request.body));
    if (fields === undefined) return refuse(invalidInput("The request body is not a JSON object"), where);
    for (const name of ["client_id", "client_secret", "grant_type", "audience"]) {
      if (typeof fields[name] !== "string") return refuse(invalidInput(`Missing required field ${name}`), where);
    }
    if (fields.grant_type !== "client_credentials") {
      return refuse(invalidInput("Invalid grant_type provided, must be client_credentials"), where);
    }
    if (fields.client_id !== settings.clientId || fields.client_secret !== settings.clientSecret) {
      return refuse(refusal("INVALID_CREDENTIALS"), where);
    }
    const audience = String(fields.audience);
    if (!tokens.isAudience(audience, ownUrl())) return refuse(refusal("INVALID_AUDIENCE"), where);
    return ok({
      access_token: tokens.issue(audience, nowMs),
      scope: TOPUPS_SCOPE,
      expires_in: settings.tokenLifetimeSeconds,
      token_type: "Bearer",
    });
  };
}

/** `GET /accounts/balance`. */
export function balanceEndpoint(wallet: Wallet): (call: Call) => Answer {
  return ({ nowMs }) =>
    ok({
      balance: exact(formatUnits(wallet.balance)),
      frozenBalance: exact(formatUnits(wallet.frozen)),
      currencyCode: wallet.currency,
      currencyName: currencyName(wallet.currency),
      lowBalanceThreshold: null,
      maxLowBalanceThreshold: null,
      updatedAt: formatTime(nowMs),
    });
}
