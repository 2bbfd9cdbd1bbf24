import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../text/catalogue.js";
import { ErrorBox } from "./error-box.js";

/** A question before something is done. `typed` is a text that has to be typed first, where much is at stake. */
export type Question = {
  title: string;
  says: ComponentChildren;
  yes: string;
  typed?: string;
  act: () => Promise<unknown>;
};

/** Asks in the browser's own dialog: the keyboard stays in it, and Escape leaves everything as it is. */
export function Confirm({ question, close }: { question: Question; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  useEffect(() => dialog.current?.showModal(), []);
  const act = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await question.act();
      close();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby="question" onClose={close}>
      <form onSubmit={act}>
        <h2 id="question">{question.title}</h2>
        <p>{question.says}</p>
        {question.typed !== undefined && (
          <label>
            {t().campaign.typeName(question.typed)}
            <input value={typed} onInput={({ currentTarget }) => setTyped(currentTarget.value)} autocomplete="off" />
          </label>
        )}
        <ErrorBox error={error} />
        <p class="actions">
          <button
            type="submit"
            class="primary"
            disabled={isBusy || (question.typed !== undefined && typed !== question.typed)}
          >
            {question.yes}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {t().confirm.no}
          </button>
        </p>
      </form>
    </dialog>
  );
}
