import { signal } from "@preact/signals";
import { createClient, SurefillError } from "@surefill/sdk";

/** The API of the page's own origin; the session's cookie says who asks. */
export const surefill = createClient({ url: location.origin });

/** Who is signed in: `undefined` until that is known, `null` for nobody. */
export const session = signal<Session | null | undefined>(undefined);

/** A person's session, as the API tells it. */
export type Session = { user: string; roles: string[]; permissions: string[]; expiresAt: string };

/** Whether the person may do it. The API decides; this only hides what it would refuse. */
export function may(permission: string): boolean {
  return session.value?.permissions.includes(permission) ?? false;
}

/** What a refused call throws; a session that has ended leads to the sign-in. */
export function noteRefusal(error: unknown): void {
  if (error instanceof SurefillError && error.status === 401) session.value = null;
}

/** Asks who is signed in. Nobody is when the API says so; while it does not answer, that stays unknown. */
export async function askSession(signal?: AbortSignal): Promise<void> {
  try {
    session.value = await callSession("GET", undefined, signal);
  } catch (error) {
    if (!(error instanceof SurefillError) || error.status !== 401) throw error;
    session.value = null;
  }
}

/** Signs in. @throws {SurefillError} `sign_in_refused` and the like, with what to do. */
export async function signIn(user: string, password: string): Promise<void> {
  session.value = await callSession("POST", { user, password });
}

/** Signs out here, or everywhere. */
export async function signOut(everywhere = false): Promise<void> {
  try {
    await callSession("DELETE", undefined, undefined, everywhere ? "/v1/sessions" : "/v1/session");
  } finally {
    session.value = null;
  }
}

/** Calls the session's paths, which are not in the SDK: programs have keys. */
async function callSession(
  method: "GET" | "POST" | "DELETE",
  body?: object,
  signal?: AbortSignal,
  path = "/v1/session",
): Promise<Session> {
  const response = await fetch(path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    ...(signal !== undefined && { signal }),
  });
  const answer = response.status === 204 ? {} : await response.json();
  if (response.ok) return answer as Session;
  throw new SurefillError(answer.code, answer.detail ?? answer.title, { status: response.status, problem: answer });
}
