import { FILTERS } from './soak-events.mjs';

/** Thrown when the connection broke, so that the outcome of the call is unknown. */
export class ConnectionCut extends Error {}

/** Injected faults do not strike so often in a row. */
const MAX_ATTEMPTS = 50;

const TEXT = 'Hello, my lamp arrived broken. Shall I send it back, or will you send a new one? ';
/** The maximum number of records of each kind that a walker keeps. */
const MAXIMUM = { conversations: 6, messages: 30, participants: 4, hooks: 3, users: 8, roles: 6 };

/**
 * A caller that walks at random through every resource in its own service: it creates, reads, updates and deletes, and
 * keeps a steady number of records. It knows the state of every record that it keeps; when a connection breaks, it starts
 * again with a new service.
 * @param call calls an operation; returns the body, or undefined if a fault rule answered
 * @param control runs a control
 * @param hooks webhook URLs of the app
 */
export class Walker {
  #number = 0;
  #service;
  #conversations = [];
  #users = [];
  #roles = [];

  constructor({ name, random, call, control, hooks }) {
    Object.assign(this, { name, random, call, control, hooks });
  }

  async step() {
    try {
      if (this.#service === undefined) await this.#begin();
      else await this.#act();
    } catch (error) {
      if (!(error instanceof ConnectionCut)) throw error;
      this.#service = undefined;
    }
  }

  #pick(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  #next(what) {
    this.#number += 1;
    return `${this.name} ${what} ${this.#number}`;
  }

  get #in() {
    return { ChatServiceSid: this.#service };
  }

  /** 60 % of the writes fire webhooks. */
  get #webhookHeader() {
    return this.random() < 0.6 ? { 'X-Twilio-Webhook-Enabled': 'true' } : {};
  }

  /** Deletes the walker's services and creates a new one with webhooks. */
  async #begin() {
    this.#conversations = [];
    this.#users = [];
    this.#roles = [];
    const found = await this.#callUntilDone('listservice', { PageSize: 100 });
    for (const { sid, friendly_name: name } of found.services) {
      if (name === this.name) await this.#callUntilDone('deleteservice', { Sid: sid });
    }
    const { sid } = await this.#callUntilDone('createservice', { body: { FriendlyName: this.name } });
    const { ok, pre } = this.hooks;
    const preHook = this.random() < 0.3 ? { PreWebhookUrl: pre } : {};
    const Filters = preHook.PreWebhookUrl === undefined ? FILTERS : [...FILTERS, 'onMessageAdd'];
    await this.#callUntilDone('updateservicewebhookconfiguration', {
      ChatServiceSid: sid,
      body: { PostWebhookUrl: ok, ...preHook, Filters },
    });
    await this.#callUntilDone('updateserviceconfiguration', {
      ChatServiceSid: sid,
      body: { ReachabilityEnabled: 'true' },
    });
    this.#service = sid;
  }

  /** Repeats a call until no fault rule answers it. */
  async #callUntilDone(operation, input) {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const body = await this.call(operation, input);
      if (body !== undefined) return body;
    }
    throw new Error(`${operation} failed ${MAX_ATTEMPTS} times in a row`);
  }

  async #act() {
    const conversation = this.#pick(this.#conversations);
    if (conversation === undefined) return this.#makeConversation();
    const path = { ...this.#in, ConversationSid: conversation.sid };
    const chance = this.random() * 100;
    if (chance < 62) return this.#useMessages(conversation, path, chance);
    if (chance < 82) return this.#manageConversation(conversation, path);
    return this.#administer();
  }

  /** Messages, message pages and receipts. */
  async #useMessages(conversation, path, chance) {
    const { messages } = conversation;
    const sid = this.#pick(messages);
    if (chance < 26 || sid === undefined) {
      const Body = TEXT.repeat(1 + Math.floor(this.random() * 6));
      const created = await this.#write(conversation, 'createserviceconversationmessage', { ...path, body: { Body } });
      if (created !== undefined) messages.push(created.sid);
      if (messages.length > MAXIMUM.messages) await this.#removeMessage(conversation, path, messages[0]);
    } else if (chance < 34) await this.call('fetchserviceconversationmessage', { ...path, Sid: sid });
    else if (chance < 42) {
      const body = { Body: this.#next('text'), Attributes: JSON.stringify({ number: this.#number }) };
      await this.#write(conversation, 'updateserviceconversationmessage', { ...path, Sid: sid, body });
    } else if (chance < 48) await this.#removeMessage(conversation, path, sid);
    else if (chance < 56) {
      const order = this.random() < 0.3 ? { Order: 'desc' } : {};
      await this.call('listserviceconversationmessage', { ...path, PageSize: 10, ...order });
      await this.call('listserviceconversationmessage', { ...path, PageSize: 10, Page: 1, PageToken: 'PT10' });
    } else {
      const at = { ...path, MessageSid: sid };
      const page = await this.call('listserviceconversationmessagereceipt', at);
      const [receipt] = page?.delivery_receipts ?? [];
      if (receipt !== undefined) await this.call('fetchserviceconversationmessagereceipt', { ...at, Sid: receipt.sid });
    }
  }

  async #removeMessage(conversation, path, sid) {
    const deleted = await this.#write(conversation, 'deleteserviceconversationmessage', { ...path, Sid: sid });
    if (deleted !== undefined) conversation.messages = conversation.messages.filter((each) => each !== sid);
  }

  /** A write to a conversation. If a timer closed the conversation, the write is refused and the walker deletes it. */
  async #write(conversation, operation, input) {
    const body = await this.call(operation, { ...input, ...this.#webhookHeader }, { mayRefuse: conversation.isTimed });
    if (body !== 'refused') return body;
    await this.#removeConversation(conversation);
    return undefined;
  }

  async #makeConversation() {
    const isTimed = this.random() < 0.2;
    const timers = isTimed ? { 'Timers.Inactive': 'PT1M', 'Timers.Closed': 'PT10M' } : {};
    const body = { FriendlyName: this.#next('talk'), UniqueName: `${this.name}-${this.#number}`, ...timers };
    const created = await this.call('createserviceconversation', { ...this.#in, body, ...this.#webhookHeader });
    if (created === undefined) return;
    const conversation = { sid: created.sid, isTimed, messages: [], participants: [], hooks: [] };
    this.#conversations.push(conversation);
    if (this.#conversations.length > MAXIMUM.conversations) await this.#removeConversation(this.#conversations[0]);
  }

  async #removeConversation(conversation) {
    const input = { ...this.#in, Sid: conversation.sid, ...this.#webhookHeader };
    if ((await this.call('deleteserviceconversation', input)) === undefined) return;
    this.#conversations = this.#conversations.filter((each) => each !== conversation);
  }

  /** Conversations, participants and conversation webhooks. */
  async #manageConversation(conversation, path) {
    const Sid = conversation.sid;
    const chance = this.random() * 100;
    if (chance < 15) await this.#makeConversation();
    else if (chance < 30) await this.call('fetchserviceconversation', { ...this.#in, Sid });
    else if (chance < 40) {
      const body = { FriendlyName: this.#next('talk') };
      await this.#write(conversation, 'updateserviceconversation', { ...this.#in, Sid, body });
    } else if (chance < 45) await this.#removeConversation(conversation);
    else if (chance < 50) await this.call('listserviceconversation', { ...this.#in, PageSize: 5 });
    else if (chance < 80) await this.#useParticipants(conversation, path);
    else await this.#useWebhooks(conversation, path);
  }

  async #useParticipants(conversation, path) {
    const { participants } = conversation;
    const sid = this.#pick(participants);
    const chance = this.random() * 100;
    if (participants.length < MAXIMUM.participants && chance < 60) {
      this.#number += 1;
      const digits = `${this.name.replaceAll(/\D/g, '').padStart(3, '0')}${String(this.#number).padStart(7, '0')}`;
      const body =
        chance < 30
          ? { Identity: this.#next('guest') }
          : { 'MessagingBinding.Address': `+1${digits}`, 'MessagingBinding.ProxyAddress': '+15559990000' };
      const created = await this.#write(conversation, 'createserviceconversationparticipant', { ...path, body });
      if (created !== undefined) participants.push(created.sid);
      // The user that the participant created stays when the participant is deleted.
      if (created?.identity != null) this.#users.push(created.identity);
    } else if (sid === undefined || chance < 70) {
      await this.call('listserviceconversationparticipant', { ...path, PageSize: 20 });
    } else if (chance < 80) {
      await this.call('fetchserviceconversationparticipant', { ...path, Sid: sid });
    } else if (chance < 90) {
      const body = { Attributes: '{"seen":true}' };
      await this.#write(conversation, 'updateserviceconversationparticipant', { ...path, Sid: sid, body });
    } else {
      const deleted = await this.#write(conversation, 'deleteserviceconversationparticipant', { ...path, Sid: sid });
      if (deleted !== undefined) conversation.participants = participants.filter((each) => each !== sid);
    }
  }

  async #useWebhooks(conversation, path) {
    const { hooks } = conversation;
    const sid = this.#pick(hooks);
    const chance = this.random() * 100;
    if (sid === undefined || (hooks.length < MAXIMUM.hooks && chance < 30)) {
      const body = {
        Target: 'webhook',
        'Configuration.Url': this.hooks.scoped,
        'Configuration.Method': chance < 15 ? 'GET' : 'POST',
        'Configuration.Filters': ['onMessageAdded', 'onParticipantAdded'],
      };
      const created = await this.#write(conversation, 'createserviceconversationscopedwebhook', { ...path, body });
      if (created !== undefined) hooks.push(created.sid);
    } else if (chance < 50) await this.call('listserviceconversationscopedwebhook', path);
    else if (chance < 60) await this.call('fetchserviceconversationscopedwebhook', { ...path, Sid: sid });
    else if (chance < 80) {
      const body = { 'Configuration.Filters': ['onMessageAdded'] };
      await this.#write(conversation, 'updateserviceconversationscopedwebhook', { ...path, Sid: sid, body });
    } else {
      const deleted = await this.#write(conversation, 'deleteserviceconversationscopedwebhook', { ...path, Sid: sid });
      if (deleted !== undefined) conversation.hooks = hooks.filter((each) => each !== sid);
    }
  }

  /** Resources of the service. */
  async #administer() {
    const chance = this.random() * 100;
    if (chance < 30) await this.#user();
    else if (chance < 50) await this.#role();
    else if (chance < 60) await this.#binding();
    else if (chance < 75) await this.#memberships();
    else if (chance < 80) await this.call('listservice', { PageSize: 20 });
    else if (chance < 85) await this.call('fetchservice', { Sid: this.#service });
    else if (chance < 90) await this.call('fetchserviceconfiguration', this.#in);
    else if (chance < 95) {
      const body = { 'NewMessage.Enabled': 'true', 'NewMessage.Template': this.#next('template') };
      await this.call('updateservicenotification', { ...this.#in, body });
    } else await this.call('fetchservicewebhookconfiguration', this.#in);
  }

  async #user() {
    const Sid = this.#pick(this.#users);
    const chance = this.random() * 100;
    if (Sid === undefined || chance < 25) {
      const body = { Identity: this.#next('user'), FriendlyName: 'Ann' };
      const created = await this.call('createserviceuser', { ...this.#in, body, ...this.#webhookHeader });
      if (created !== undefined) this.#users.push(created.identity);
      // Deleting a user also deletes its participants, which other steps may still use, so start a new service instead.
      if (this.#users.length > 5 * MAXIMUM.users) this.#service = undefined;
    } else if (chance < 50) await this.call('fetchserviceuser', { ...this.#in, Sid });
    else if (chance < 75) {
      const body = { FriendlyName: this.#next('name') };
      await this.call('updateserviceuser', { ...this.#in, Sid, body, ...this.#webhookHeader });
    } else await this.call('listserviceuser', { ...this.#in, PageSize: 10 });
  }

  async #role() {
    const Sid = this.#pick(this.#roles);
    const chance = this.random() * 100;
    if (Sid === undefined || chance < 30) {
      const body = { FriendlyName: this.#next('role'), Type: 'conversation', Permission: ['sendMessage'] };
      const created = await this.call('createservicerole', { ...this.#in, body });
      if (created !== undefined) this.#roles.push(created.sid);
      if (this.#roles.length > MAXIMUM.roles) await this.#removeRole(this.#roles[0]);
    } else if (chance < 50) await this.call('fetchservicerole', { ...this.#in, Sid });
    else if (chance < 70) {
      const body = { Permission: ['sendMessage', 'leaveConversation'] };
      await this.call('updateservicerole', { ...this.#in, Sid, body });
    } else if (chance < 85) await this.call('listservicerole', this.#in);
    else await this.#removeRole(Sid);
  }

  async #removeRole(Sid) {
    if ((await this.call('deleteservicerole', { ...this.#in, Sid })) === undefined) return;
    this.#roles = this.#roles.filter((each) => each !== Sid);
  }

  async #binding() {
    const device = { identity: this.name, binding_type: 'fcm', endpoint: this.#next('device') };
    const { sid: Sid } = await this.control('bindings/register', { service: this.#service, ...device });
    await this.call('listservicebinding', this.#in);
    await this.call('fetchservicebinding', { ...this.#in, Sid });
    await this.#callUntilDone('deleteservicebinding', { ...this.#in, Sid });
  }

  async #memberships() {
    const UserSid = this.#pick(this.#users);
    if (UserSid === undefined) return;
    const page = await this.call('listserviceuserconversation', { ...this.#in, UserSid });
    const [first] = page?.conversations ?? [];
    if (first === undefined) return;
    const at = { ...this.#in, UserSid, ConversationSid: first.conversation_sid };
    await this.call('fetchserviceuserconversation', at);
    // A timer may have closed the conversation.
    const muted = { ...at, body: { NotificationLevel: 'muted' } };
    await this.call('updateserviceuserconversation', muted, { mayRefuse: true });
    await this.call('listserviceparticipantconversation', { ...this.#in, Identity: UserSid });
  }
}
