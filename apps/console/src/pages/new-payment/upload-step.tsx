import type { Upload } from "@surefill/sdk";
import { useState } from "preact/hooks";
import { surefill } from "../../api.js";
import { ErrorBox } from "../../parts/error-box.js";
import { t } from "../../text/catalogue.js";

/** A file that is chosen or dropped, or numbers that are pasted. */
export function UploadStep({ done }: { done: (upload: Upload) => void }) {
  const [pasted, setPasted] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const text = t().wizard;
  const send = async (file: Blob, name: string, header?: "false") => {
    setBusy(true);
    setError(undefined);
    try {
      // Browsers cannot stream a body over HTTP/1.1: a file is sent as it is, and read from disk while it is sent.
      done(await surefill.campaigns.upload(file, { name, ...(header && { header }) }));
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const [file] = event.dataTransfer?.files ?? [];
    if (file) send(file, file.name);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the file field is the one for the keyboard.
    <div class="stack" onDrop={drop} onDragOver={(event) => event.preventDefault()}>
      <label>
        {text.choose} {text.drop}
        <input
          type="file"
          accept=".csv,.txt,.tsv,.xlsx,.gz,text/csv,text/plain"
          disabled={isBusy}
          onChange={({ currentTarget: { files } }) => {
            const [file] = files ?? [];
            if (file) send(file, file.name);
          }}
        />
      </label>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          send(new Blob([pasted]), text.pasted, "false");
        }}
      >
        <label>
          {text.paste}
          <textarea
            rows={8}
            value={pasted}
            required
            spellcheck={false}
            onInput={({ currentTarget }) => setPasted(currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? text.uploading : text.upload}
        </button>
      </form>
      <ErrorBox error={error} />
    </div>
  );
}
