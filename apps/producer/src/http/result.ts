/** What a handler answers: a JSON body, or text of another kind. */
export type HttpResult = { status: number; headers?: Readonly<Record<string, string>> } & (
  | { json: unknown }
  | { text: string; contentType: string }
);
