import { SurefillError } from "@surefill/sdk";
import { useState } from "preact/hooks";
import { t } from "../text/catalogue.js";

/** Why something did not work, for a person; with what support needs. Nothing where there is no error. */
export function ErrorBox({ error, again }: { error: unknown; again?: () => void }) {
  const [isCopied, setCopied] = useState(false);
  if (error === undefined || error === null) return null;
  const { title, lines, details } = describe(error);
  const copy = () => navigator.clipboard.writeText(details).then(() => setCopied(true));
  return (
    <div class="error" role="alert">
      <strong>{title}</strong>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <p class="actions">
        {again && (
          <button type="button" onClick={again}>
            {t().error.again}
          </button>
        )}
        <button type="button" onClick={copy}>
          {isCopied ? t().error.copied : t().error.copy}
        </button>
      </p>
    </div>
  );
}

function describe(error: unknown): { title: string; lines: string[]; details: string } {
  if (!(error instanceof SurefillError)) {
    const line = error instanceof Error ? error.message : String(error);
    return { title: t().error.title, lines: [line], details: line };
  }
  const { problem, code, requestId, message } = error;
  if (problem === undefined) return { title: t().error.unreachable, lines: [], details: `${code} ${message}` };
  const fields = error.errors.map(({ pointer, parameter, detail }) => `${pointer ?? parameter ?? ""}: ${detail}`);
  const lines = [problem.detail, ...fields, ...(requestId ? [`${t().error.requestId}: ${requestId}`] : [])];
  return { title: problem.title, lines, details: [code, problem.title, ...lines].join("\n") };
}
