import type { JSX } from 'preact';
import { isLocked } from './base/api.js';
import { Keys } from './base/keys.js';
import { Notices } from './base/notice.js';
import { route } from './base/route.js';
import { isSimulated, health } from './base/server.js';
import { Blank } from './base/widgets.js';
import { Contract } from './contract/contract.js';
import { Conversations } from './conversations/conversations.js';
import { Header, Navigation } from './header.js';
import { Lock } from './lock.js';
import { Requests } from './requests/requests.js';
import { RecordPage } from './services/record.js';
import { Services } from './services/services.js';
import { Faults } from './tools/faults.js';
import { Worlds } from './tools/worlds.js';
import { Webhooks } from './webhooks/webhooks.js';

interface Section {
  readonly title: string;
  readonly page: (props: { readonly rest: readonly string[] }) => JSX.Element;
  /** Whether it shows what only the simulator has. */
  readonly simulated: boolean;
}

const sections: Readonly<Record<string, Section>> = {
  conversations: { title: 'Conversations', page: Conversations, simulated: true },
  requests: { title: 'Requests', page: Requests, simulated: false },
  webhooks: { title: 'Webhooks', page: Webhooks, simulated: true },
  services: { title: 'Services', page: Services, simulated: true },
  faults: { title: 'Faults', page: Faults, simulated: false },
  worlds: { title: 'Worlds', page: Worlds, simulated: true },
  contract: { title: 'Contract', page: Contract, simulated: false },
  records: { title: 'Record', page: RecordPage, simulated: true },
};

export function App(): JSX.Element {
  if (isLocked.value) return <Lock />;
  const { section: name, rest } = route.value;
  const section = sections[name];
  document.title = `${section?.title ?? 'Not found'} · Understudy`;
  return (
    <div class="app">
      <Keys />
      <Header />
      <Navigation
        current={name}
        items={Object.entries(sections)
          .filter(([key]) => key !== 'records')
          .map(([key, { title }]) => ({ key, title }))}
      />
      <main class="main" id="main">
        <Shown section={section} rest={rest} />
      </main>
      <Notices />
    </div>
  );
}

function Shown({ section, rest }: { readonly section: Section | undefined; readonly rest: readonly string[] }) {
  if (section === undefined) return <Blank title="There is nothing at this address." />;
  if (health.value === undefined) return <Blank title="Looking for the understudy…" />;
  if (section.simulated && !isSimulated()) {
    return (
      <Blank title={`${section.title} are kept by the simulator`}>
        <p>
          This understudy runs in {health.value.mode} mode, where Twilio keeps them and the inspector asks it nothing.
          What passes through is under <a href="#/requests">Requests</a>.
        </p>
      </Blank>
    );
  }
  const { page: Page } = section;
  return <Page rest={rest} />;
}
