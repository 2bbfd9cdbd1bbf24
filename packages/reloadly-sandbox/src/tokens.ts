import { createHmac, timingSafeEqual } from "node:crypto";
import { type Refusal, refusal } from "./refusal.js";

const TOPUPS_AUDIENCES: ReadonlySet<string> = new Set(
  ["topups", "topups-sandbox", "topups-hs256", "topups-hs256-sandbox"].map((name) => `https://${name}.reloadly.com`),
);
const OTHER_PRODUCTS: ReadonlySet<string> = new Set(
  ["giftcards", "giftcards-sandbox", "utilities", "utilities-sandbox"].map((name) => `https://${name}.reloadly.com`),
);
const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString("base64url");
const KNOWN_TOKENS_MAX = 1000;

/** The scopes of an airtime token. */
export const TOPUPS_SCOPE =
  "send-topups read-operators read-promotions read-topups-history read-prepaid-balance read-prepaid-commissions";

/**
 * Issues and checks access tokens. They are signed with the client secret, so nothing has to be stored, and a token
 * outlives a restart of the sandbox as it would outlive one of Reloadly's.
 */
export class Tokens {
  readonly #secret: string;
  readonly #lifetimeSeconds: number;
  readonly #moreAudiences: ReadonlySet<string>;
  readonly #known = new Map<string, { readonly expiresAtMs: number; readonly isForTopups: boolean }>();
  #issued = 0;

  constructor(secret: string, lifetimeSeconds: number, moreAudiences: readonly string[]) {
    this.#secret = secret;
    this.#lifetimeSeconds = lifetimeSeconds;
    this.#moreAudiences = new Set(moreAudiences.map(withoutSlash));
  }

  /** Whether a token can be had for this audience: a product of Reloadly, or the sandbox by any URL that it has. */
  isAudience(audience: string, ownUrl: string): boolean {
    if (TOPUPS_AUDIENCES.has(audience) || OTHER_PRODUCTS.has(audience)) return true;
    const url = withoutSlash(audience);
    return url === ownUrl || this.#moreAudiences.has(url);
  }

  issue(audience: string, nowMs: number): string {
    this.#issued += 1;
    const issuedAt = Math.floor(nowMs / 1000);
    const claims = { iss: "reloadly-sandbox", aud: audience, exp: issuedAt + this.#lifetimeSeconds, jti: this.#issued };
    const payload = Buffer.from(JSON.stringify({ ...claims, iat: issuedAt, gty: "client-credentials" }));
    const signed = `${HEADER}.${payload.toString("base64url")}`;
    return `${signed}.${this.#sign(signed)}`;
  }

  /** Undefined when the header carries a good token for top-ups, else the refusal. */
  check(authorization: string | undefined, nowMs: number): Refusal | undefined {
    if (authorization === undefined) return refusal("MISSING_TOKEN");
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) return refusal("INVALID_TOKEN");
    const claims = this.#known.get(token) ?? this.#verify(token);
    if (claims === undefined || !claims.isForTopups) return refusal("INVALID_TOKEN");
    return claims.expiresAtMs > nowMs ? undefined : refusal("TOKEN_EXPIRED");
  }

  #verify(token: string): { expiresAtMs: number; isForTopups: boolean } | undefined {
    const [header, payload, signature] = token.split(".");
    if (header === undefined || payload === undefined || signature === undefined) return undefined;
    const expected = Buffer.from(this.#sign(`${header}.${payload}`));
    const given = Buffer.from(signature);
    if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
    // The signature is ours, so the payload is one that `issue` has written.
    const { aud, exp }: { aud: string; exp: number } = JSON.parse(Buffer.from(payload, "base64url").toString());
    const claims = { expiresAtMs: exp * 1000, isForTopups: !OTHER_PRODUCTS.has(aud) };
    if (this.#known.size >= KNOWN_TOKENS_MAX) this.#known.clear();
    this.#known.set(token, claims);
    return claims;
  }

  #sign(text: string): string {
    return createHmac("sha256", this.#secret).update(text).digest("base64url");
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, "");
}
