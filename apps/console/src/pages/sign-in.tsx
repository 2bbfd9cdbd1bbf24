import { useState } from "preact/hooks";
import { signIn } from "../api.js";
import { ErrorBox } from "../parts/error-box.js";
import { t } from "../text/catalogue.js";

/** The way in. */
export function SignIn() {
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    await signIn(user, password).catch(setError);
    setBusy(false);
  };
  const text = t().signIn;
  return (
    <main class="narrow" id="content">
      <h1>{t().title}</h1>
      <form class="stack" onSubmit={submit}>
        <h2>{text.title}</h2>
        <label>
          {text.user}
          <input
            name="user"
            autocomplete="username"
            required
            value={user}
            onInput={({ currentTarget }) => setUser(currentTarget.value)}
          />
        </label>
        <label>
          {text.password}
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            value={password}
            onInput={({ currentTarget }) => setPassword(currentTarget.value)}
          />
        </label>
        <ErrorBox error={error} />
        <button type="submit" class="primary" disabled={isBusy}>
          {text.submit}
        </button>
      </form>
    </main>
  );
}
