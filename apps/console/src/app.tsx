import { effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { LocationProvider, Route, Router, useLocation } from "preact-iso";
import { askSession, may, session, signOut } from "./api.js";
import { endLive, goLive, live } from "./live.js";
import { Attention } from "./pages/attention.js";
import { CampaignPage } from "./pages/campaign.js";
import { Campaigns } from "./pages/campaigns.js";
import { Gates } from "./pages/gates.js";
import { Home } from "./pages/home.js";
import { NewPayment } from "./pages/new-payment.js";
import { Search } from "./pages/search.js";
import { SignIn } from "./pages/sign-in.js";
import { TopupPage } from "./pages/topup.js";
import { Webhooks } from "./pages/webhooks.js";
import { ErrorBox } from "./parts/error-box.js";
import { chooseLanguage, isLanguage, LANGUAGES, language, t } from "./text/catalogue.js";

effect(() => {
  document.documentElement.lang = language.value;
  document.title = t().title;
});
effect(() => (session.value ? goLive() : endLive()));

/** The console: the sign-in, or the pages around their navigation. */
export function App() {
  const [error, setError] = useState<unknown>();
  const ask = () => {
    setError(undefined);
    askSession().catch(setError);
  };
  useEffect(ask, []);
  if (session.value === undefined)
    return <main class="narrow">{error ? <ErrorBox error={error} again={ask} /> : <p>{t().wait}</p>}</main>;
  if (session.value === null) return <SignIn />;
  return (
    <LocationProvider>
      <a class="skip" href="#content">
        {t().skip}
      </a>
      <Header />
      <main id="content" tabIndex={-1}>
        <Router>
          <Route path="/" component={Home} />
          <Route path="/new-payment" component={NewPayment} />
          <Route path="/campaigns" component={Campaigns} />
          <Route path="/campaigns/:id" component={CampaignPage} />
          <Route path="/topups/:reference" component={TopupPage} />
          <Route path="/attention" component={Attention} />
          <Route path="/gates" component={Gates} />
          <Route path="/webhooks" component={Webhooks} />
          <Route path="/webhooks/:id" component={Webhooks} />
          <Route path="/search" component={Search} />
          <Route default component={Home} />
        </Router>
      </main>
    </LocationProvider>
  );
}

function Header() {
  const { path, route } = useLocation();
  useEffect(() => {
    const toSearch = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      route("/search");
    };
    addEventListener("keydown", toSearch);
    return () => removeEventListener("keydown", toSearch);
  }, [route]);
  const { nav } = t();
  const links: readonly (readonly [string, string, boolean])[] = [
    ["/", nav.home, true],
    ["/new-payment", nav.newPayment, may("prepare")],
    ["/campaigns", nav.campaigns, true],
    ["/attention", nav.attention, true],
    ["/gates", nav.gates, true],
    ["/webhooks", nav.webhooks, may("webhooks")],
    ["/search", nav.search, true],
  ];
  return (
    <header>
      <a class="brand" href="/">
        {t().title}
      </a>
      <nav aria-label={nav.main}>
        {links
          .filter(([, , isShown]) => isShown)
          .map(([href, name]) => (
            <a key={href} href={href} aria-current={isAt(path, href) ? "page" : undefined}>
              {name}
            </a>
          ))}
      </nav>
      <LiveDot />
      <Account />
    </header>
  );
}

function isAt(path: string, href: string): boolean {
  return href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
}

function LiveDot() {
  const isLive = live.isLive.value;
  return (
    <span class={`dot ${isLive ? "good" : "warn"}`} role="status">
      <span aria-hidden="true">{isLive ? "●" : "○"} </span>
      {isLive ? t().live.live : t().live.delayed}
    </span>
  );
}

function Account() {
  const { signIn } = t();
  return (
    <details class="account">
      <summary>{session.value?.user}</summary>
      <div>
        <p>{session.value?.roles.join(", ")}</p>
        <LanguageChoice />
        <button type="button" onClick={() => signOut()}>
          {signIn.out}
        </button>
        <button type="button" onClick={() => signOut(true)}>
          {signIn.everywhere}
        </button>
        <a href="/admin/queues" target="_self">
          {t().nav.queues}
        </a>
        <a href="/docs" target="_self">
          {t().nav.docs}
        </a>
      </div>
    </details>
  );
}

/** The choice of the page's language. */
export function LanguageChoice() {
  return (
    <label>
      {t().language}
      <select
        value={language.value}
        onChange={({ currentTarget: { value } }) => {
          if (isLanguage(value)) chooseLanguage(value);
        }}
      >
        {Object.entries(LANGUAGES).map(([code, { name }]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
