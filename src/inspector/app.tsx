import type { JSX } from 'preact';
import { Charts } from './charts/charts.js';
import { EmptyState } from './components/empty-state.js';
import { KeyboardShortcuts } from './components/keyboard-shortcuts.js';
import { SkipLink } from './components/skip-link.js';
import { Toast } from './components/toast.js';
import { useKeptFocus } from './components/use-kept-focus.js';
import { Contract } from './contract/contract.js';
import { Conversations } from './conversations/conversations.js';
import { needsToken } from './data/api.js';
import { route } from './data/route.js';
import { health, isSimulated } from './data/server.js';
import { Faults } from './faults/faults.js';
import { Header, Navigation } from './header.js';
import { Requests } from './requests/requests.js';
import { RecordPage } from './services/record-page.js';
import { Services } from './services/services.js';
import { ThreadPage } from './threads/thread-page.js';
import { TokenForm } from './token-form.js';
import { Webhooks } from './webhooks/webhooks.js';
import { Worlds } from './worlds/worlds.js';

interface Section {
  readonly title: string;
  readonly page: (props: { readonly rest: readonly string[] }) => JSX.Element;
  /** Whether the section exists in simulate mode only. */
  readonly needsSimulator: boolean;
}

const sections: Readonly<Record<string, Section>> = {
  conversations: { title: 'Conversations', page: Conversations, needsSimulator: true },
  requests: { title: 'Requests', page: Requests, needsSimulator: false },
  webhooks: { title: 'Webhooks', page: Webhooks, needsSimulator: true },
  services: { title: 'Services', page: Services, needsSimulator: true },
  charts: { title: 'Charts', page: Charts, needsSimulator: false },
  faults: { title: 'Faults', page: Faults, needsSimulator: false },
  worlds: { title: 'Worlds', page: Worlds, needsSimulator: true },
  contract: { title: 'Contract', page: Contract, needsSimulator: false },
  records: { title: 'Record', page: RecordPage, needsSimulator: true },
  threads: { title: 'Thread', page: ThreadPage, needsSimulator: true },
};

/** Reached by links only. */
const hidden: ReadonlySet<string> = new Set(['records', 'threads']);

export function App(): JSX.Element {
  return needsToken.value ? <TokenForm /> : <Sections />;
}

function Sections(): JSX.Element {
  useKeptFocus();
  const { section: asked, rest } = route.value;
  const name = asked ?? (health.value === undefined || isSimulated() ? 'conversations' : 'requests');
  const section = sections[name];
  document.title = `${section?.title ?? 'Not found'} · Understudy`;
  return (
    <div class="app">
      <SkipLink />
      <KeyboardShortcuts />
      <Header />
      <Navigation
        current={name}
        items={Object.entries(sections)
          .filter(([key, { needsSimulator }]) => !hidden.has(key) && (isSimulated() || !needsSimulator))
          .map(([key, { title }]) => ({ key, title }))}
      />
      <main class="main" id="main" tabIndex={-1}>
        <SectionPage section={section} rest={rest} />
      </main>
      <Toast />
    </div>
  );
}

interface SectionPageProps {
  readonly section: Section | undefined;
  readonly rest: readonly string[];
}

function SectionPage({ section, rest }: SectionPageProps): JSX.Element {
  if (section === undefined) return <EmptyState isPage title="Page not found" />;
  if (health.value === undefined) return <EmptyState isPage title="Connecting to the server…" />;
  if (section.needsSimulator && !isSimulated()) {
    return (
      <EmptyState isPage title={`${section.title}: available in simulate mode only`}>
        <p>
          This server runs in {health.value.mode} mode. The inspector sends no requests to Twilio; it only shows the
          traffic that passes through, under <a href="#/requests">Requests</a>.
        </p>
      </EmptyState>
    );
  }
  const { page: Page } = section;
  return <Page rest={rest} />;
}
