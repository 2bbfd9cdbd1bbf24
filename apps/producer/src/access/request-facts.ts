/** What is known of a request before anything of it is believed. */
export type RequestFacts = {
  method: string;
  /** The caller's IP address, as the connection shows it. */
  address: string;
  requestId: string;
  /** The value of a request header, by its lower-case name. */
  header: (name: string) => string | undefined;
};

/** Tells whether a request may change something. */
export function isChange({ method }: Pick<RequestFacts, "method">): boolean {
  return method !== "GET" && method !== "HEAD";
}
