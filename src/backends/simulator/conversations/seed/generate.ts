import { Faker, en, generateMersenne53Randomizer } from '@faker-js/faker';
import { stringify } from 'yaml';
import { UnderstudyError } from '../../../../core/errors.js';
import { MAX_OPEN_CONVERSATIONS } from '../participant/participant.js';
import { countEntries, MAX_ENTRIES, type SeedConversation, type SeedDocument } from './format.js';

export interface SeedSize {
  readonly conversations: number;
  /** The number of messages in each conversation. */
  readonly messages: number;
  /** The same text and numbers give an identical seed. */
  readonly rngSeed: string;
  /** Called now and then with the number of conversations that are made. */
  readonly onProgress?: (made: number) => void;
}

const MIN_AGENTS = 8;
/** Well below the limit, because agents are drawn at random and some get more than others. */
const CONVERSATIONS_PER_AGENT = 0.75 * MAX_OPEN_CONVERSATIONS;
/** In each conversation. */
const PARTICIPANTS = 2;
/** In conversations. */
const PROGRESS_INTERVAL = 1000;
const PROXY = '+15558880001';

/**
 * Generates a seed of one service, as YAML: agents on chat, customers on chat, SMS and WhatsApp, and their messages.
 * @throws UnderstudyError if the seed has more entries than a seed may have
 */
export function generateSeed({ conversations, messages, rngSeed, onProgress }: SeedSize): string {
  // A conversation, its participants and its messages. The receipts are counted below.
  checkEntries(conversations * (1 + PARTICIPANTS + messages));
  const faker = new Faker({ locale: en, randomizer: generateMersenne53Randomizer(hashOf(rngSeed)) });
  const agentCount = Math.max(MIN_AGENTS, Math.ceil(conversations / CONVERSATIONS_PER_AGENT));
  const agents = Array.from({ length: agentCount }, (_, i) => ({
    Identity: `agent-${i + 1}`,
    FriendlyName: faker.person.fullName(),
    Attributes: { team: faker.commerce.department() },
  }));
  const document: SeedDocument = {
    'understudy-seed': 1,
    services: [
      {
        FriendlyName: `${faker.company.name()} support`,
        default: true,
        users: agents,
        conversations: Array.from({ length: conversations }, (_, i) => {
          if (i % PROGRESS_INTERVAL === 0) onProgress?.(i);
          return conversation(faker, i, { agents: agentCount, messages });
        }),
      },
    ],
  };
  checkEntries(countEntries(document));
  const command = `understudy seed generate --conversations ${conversations} --messages ${messages} --rng-seed ${rngSeed}`;
  return `# ${command.replaceAll(/\s+/g, ' ')}\n${stringify(document, { lineWidth: 0 })}`;
}

function checkEntries(count: number): void {
  if (count <= MAX_ENTRIES) return;
  const [entries, limit] = [count, MAX_ENTRIES].map((number) => number.toLocaleString('en'));
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_OPTION',
    `this seed would have at least ${entries} entries (conversations, participants, messages, receipts), but a seed may have at most ${limit}: lower --conversations or --messages`,
  );
}

function conversation(
  faker: Faker,
  number: number,
  { agents, messages }: { readonly agents: number; readonly messages: number },
): SeedConversation {
  const agent = `agent-${faker.number.int({ min: 1, max: agents })}`;
  const channel = faker.helpers.arrayElement(['chat', 'sms', 'whatsapp']);
  const prefix = channel === 'whatsapp' ? 'whatsapp:' : '';
  const customer = channel === 'chat' ? `customer-${number + 1}` : `${prefix}+1555${String(number).padStart(7, '0')}`;
  return {
    UniqueName: `conversation-${number + 1}`,
    FriendlyName: faker.commerce.productName(),
    Attributes: { order: faker.number.int({ min: 1000, max: 9999 }) },
    participants: [
      { Identity: agent },
      channel === 'chat'
        ? { Identity: customer }
        : { MessagingBinding: { Address: customer, ProxyAddress: `${prefix}${PROXY}` } },
    ],
    messages: Array.from({ length: messages }, (_, i) => {
      const fromAgent = i % 2 === 1;
      const status = faker.helpers.weightedArrayElement([
        { weight: 6, value: 'delivered' as const },
        { weight: 3, value: 'sent' as const },
        { weight: 1, value: 'undelivered' as const },
      ]);
      const receipt = { to: customer, status, ...(status === 'undelivered' ? { error_code: 30005 } : {}) };
      return {
        Author: fromAgent ? agent : customer,
        Body: faker.lorem.sentence(),
        ...(fromAgent && channel !== 'chat' ? { receipts: [receipt] } : {}),
      };
    }),
  };
}

/** The 32-bit FNV-1a hash of a text, which seeds the generator. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
