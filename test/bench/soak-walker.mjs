/** Thrown where a connection was cut: nobody knows what became of the call. */
export class Cut extends Error {}

const TEXT = 'Hello, my lamp arrived broken. Shall I send it back, or will you send a new one? ';
/** How many of each kind a walker holds at most. */
const HELD = { conversations: 6, messages: 30, participants: 4, hooks: 3, users: 8, roles: 6 };
const HOOKED = [
  'onMessageAdded',
  'onMessageUpdated',
  'onMessageRemoved',
  'onConversationAdded',
  'onConversationUpdated',
];
const FILTERS = [...HOOKED, 'onConversationStateUpdated', 'onParticipantAdded', 'onUserUpdated', 'onDeliveryUpdated'];

/**
 * One caller's random walk through every resource, in a service of its own: it makes, looks at, changes and removes, and
 * holds about as much at the end as it soon did. What it expects it knows for certain; after a cut connection it begins
 * anew with another service.
 * @param ask calls an operation: the body, or undefined where a fault rule answered in its place
 * @param control does what no operation can
 * @param hooks addresses of the app that hears of events
 */
export class Walker {
  #number = 0;
  #service;
  #conversations = [];
  #users = [];
  #roles = [];

  constructor({ name, random, ask, control, hooks }) {
    Object.assign(this, { name, random, ask, control, hooks });
  }

  async step() {
    try {
      if (this.#service === undefined) await this.#begin();
      else await this.#act();
    } catch (error) {
      if (!(error instanceof Cut)) throw error;
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

  /** Most writes are heard of. */
  get #loud() {
    return this.random() < 0.6 ? { 'X-Twilio-Webhook-Enabled': 'true' } : {};
  }

  /** Removes what there is of its own, and makes a service with webhooks. */
  async #begin() {
    this.#conversations = [];
    this.#users = [];
    this.#roles = [];
    const found = await this.#insist('listservice', { PageSize: 100 });
    for (const { sid, friendly_name: name } of found.services) {
      if (name === this.name) await this.#insist('deleteservice', { Sid: sid });
    }
    const { sid } = await this.#insist('createservice', { body: { FriendlyName: this.name } });
    const { ok, pre } = this.hooks;
    const asks = this.random() < 0.3 ? { PreWebhookUrl: pre } : {};
    const Filters = asks.PreWebhookUrl === undefined ? FILTERS : [...FILTERS, 'onMessageAdd'];
    await this.#insist('updateservicewebhookconfiguration', {
      ChatServiceSid: sid,
      body: { PostWebhookUrl: ok, ...asks, Filters },
    });
    await this.#insist('updateserviceconfiguration', { ChatServiceSid: sid, body: { ReachabilityEnabled: 'true' } });
    this.#service = sid;
  }

  /** Asks until no fault rule answers. */
  async #insist(operation, input) {
    for (;;) {
      const body = await this.ask(operation, input);
      if (body !== undefined) return body;
    }
  }

  async #act() {
    const conversation = this.#pick(this.#conversations);
    if (conversation === undefined) return this.#makeConversation();
    const place = { ...this.#in, ConversationSid: conversation.sid };
    const chance = this.random() * 100;
    if (chance < 62) return this.#talk(conversation, place, chance);
    if (chance < 82) return this.#arrange(conversation, place);
    return this.#administer();
  }

  /** Messages, their pages and their receipts. */
  async #talk(conversation, place, chance) {
    const { messages } = conversation;
    const sid = this.#pick(messages);
    if (chance < 26 || sid === undefined) {
      const Body = TEXT.repeat(1 + Math.floor(this.random() * 6));
      const made = await this.#touch(conversation, 'createserviceconversationmessage', { ...place, body: { Body } });
      if (made !== undefined) messages.push(made.sid);
      if (messages.length > HELD.messages) await this.#removeMessage(conversation, place, messages[0]);
    } else if (chance < 34) await this.ask('fetchserviceconversationmessage', { ...place, Sid: sid });
    else if (chance < 42) {
      const body = { Body: this.#next('text'), Attributes: JSON.stringify({ number: this.#number }) };
      await this.#touch(conversation, 'updateserviceconversationmessage', { ...place, Sid: sid, body });
    } else if (chance < 48) await this.#removeMessage(conversation, place, sid);
    else if (chance < 56) {
      const order = this.random() < 0.3 ? { Order: 'desc' } : {};
      await this.ask('listserviceconversationmessage', { ...place, PageSize: 10, ...order });
      await this.ask('listserviceconversationmessage', { ...place, PageSize: 10, Page: 1, PageToken: 'PT10' });
    } else {
      const at = { ...place, MessageSid: sid };
      const page = await this.ask('listserviceconversationmessagereceipt', at);
      const [receipt] = page?.delivery_receipts ?? [];
      if (receipt !== undefined) await this.ask('fetchserviceconversationmessagereceipt', { ...at, Sid: receipt.sid });
    }
  }

  async #removeMessage(conversation, place, sid) {
    const gone = await this.#touch(conversation, 'deleteserviceconversationmessage', { ...place, Sid: sid });
    if (gone !== undefined) conversation.messages = conversation.messages.filter((each) => each !== sid);
  }

  /** A write, which a conversation whose timer may have closed it may refuse: then it goes. */
  async #touch(conversation, operation, input) {
    const body = await this.ask(operation, { ...input, ...this.#loud }, { mayRefuse: conversation.isTimed });
    if (body !== 'refused') return body;
    await this.#removeConversation(conversation);
    return undefined;
  }

  async #makeConversation() {
    const isTimed = this.random() < 0.2;
    const timers = isTimed ? { 'Timers.Inactive': 'PT1M', 'Timers.Closed': 'PT10M' } : {};
    const body = { FriendlyName: this.#next('talk'), UniqueName: `${this.name}-${this.#number}`, ...timers };
    const made = await this.ask('createserviceconversation', { ...this.#in, body, ...this.#loud });
    if (made === undefined) return;
    const conversation = { sid: made.sid, isTimed, messages: [], participants: [], hooks: [] };
    this.#conversations.push(conversation);
    if (this.#conversations.length > HELD.conversations) await this.#removeConversation(this.#conversations[0]);
  }

  async #removeConversation(conversation) {
    const input = { ...this.#in, Sid: conversation.sid, ...this.#loud };
    if ((await this.ask('deleteserviceconversation', input)) === undefined) return;
    this.#conversations = this.#conversations.filter((each) => each !== conversation);
  }

  /** A conversation itself, who is in it, and who hears of it. */
  async #arrange(conversation, place) {
    const Sid = conversation.sid;
    const chance = this.random() * 100;
    if (chance < 15) await this.#makeConversation();
    else if (chance < 30) await this.ask('fetchserviceconversation', { ...this.#in, Sid });
    else if (chance < 40) {
      const body = { FriendlyName: this.#next('talk') };
      await this.#touch(conversation, 'updateserviceconversation', { ...this.#in, Sid, body });
    } else if (chance < 45) await this.#removeConversation(conversation);
    else if (chance < 50) await this.ask('listserviceconversation', { ...this.#in, PageSize: 5 });
    else if (chance < 80) await this.#meet(conversation, place);
    else await this.#hook(conversation, place);
  }

  async #meet(conversation, place) {
    const { participants } = conversation;
    const sid = this.#pick(participants);
    const chance = this.random() * 100;
    if (participants.length < HELD.participants && chance < 60) {
      this.#number += 1;
      const digits = `${this.name.replaceAll(/\D/g, '').padStart(3, '0')}${String(this.#number).padStart(7, '0')}`;
      const body =
        chance < 30
          ? { Identity: this.#next('guest') }
          : { 'MessagingBinding.Address': `+1${digits}`, 'MessagingBinding.ProxyAddress': '+15559990000' };
      const made = await this.#touch(conversation, 'createserviceconversationparticipant', { ...place, body });
      if (made !== undefined) participants.push(made.sid);
      // The user that came with an identity stays when the participant goes.
      if (made?.identity != null) this.#users.push(made.identity);
    } else if (sid === undefined || chance < 70) {
      await this.ask('listserviceconversationparticipant', { ...place, PageSize: 20 });
    } else if (chance < 80) {
      await this.ask('fetchserviceconversationparticipant', { ...place, Sid: sid });
    } else if (chance < 90) {
      const body = { Attributes: '{"seen":true}' };
      await this.#touch(conversation, 'updateserviceconversationparticipant', { ...place, Sid: sid, body });
    } else {
      const gone = await this.#touch(conversation, 'deleteserviceconversationparticipant', { ...place, Sid: sid });
      if (gone !== undefined) conversation.participants = participants.filter((each) => each !== sid);
    }
  }

  async #hook(conversation, place) {
    const { hooks } = conversation;
    const sid = this.#pick(hooks);
    const chance = this.random() * 100;
    if (sid === undefined || (hooks.length < HELD.hooks && chance < 30)) {
      const body = {
        Target: 'webhook',
        'Configuration.Url': this.hooks.scoped,
        'Configuration.Method': chance < 15 ? 'GET' : 'POST',
        'Configuration.Filters': ['onMessageAdded', 'onParticipantAdded'],
      };
      const made = await this.#touch(conversation, 'createserviceconversationscopedwebhook', { ...place, body });
      if (made !== undefined) hooks.push(made.sid);
    } else if (chance < 50) await this.ask('listserviceconversationscopedwebhook', place);
    else if (chance < 60) await this.ask('fetchserviceconversationscopedwebhook', { ...place, Sid: sid });
    else if (chance < 80) {
      const body = { 'Configuration.Filters': ['onMessageAdded'] };
      await this.#touch(conversation, 'updateserviceconversationscopedwebhook', { ...place, Sid: sid, body });
    } else {
      const gone = await this.#touch(conversation, 'deleteserviceconversationscopedwebhook', { ...place, Sid: sid });
      if (gone !== undefined) conversation.hooks = hooks.filter((each) => each !== sid);
    }
  }

  /** What belongs to the service. */
  async #administer() {
    const chance = this.random() * 100;
    if (chance < 30) await this.#user();
    else if (chance < 50) await this.#role();
    else if (chance < 60) await this.#binding();
    else if (chance < 75) await this.#memberships();
    else if (chance < 80) await this.ask('listservice', { PageSize: 20 });
    else if (chance < 85) await this.ask('fetchservice', { Sid: this.#service });
    else if (chance < 90) await this.ask('fetchserviceconfiguration', this.#in);
    else if (chance < 95) {
      const body = { 'NewMessage.Enabled': 'true', 'NewMessage.Template': this.#next('template') };
      await this.ask('updateservicenotification', { ...this.#in, body });
    } else await this.ask('fetchservicewebhookconfiguration', this.#in);
  }

  async #user() {
    const Sid = this.#pick(this.#users);
    const chance = this.random() * 100;
    if (Sid === undefined || chance < 25) {
      const body = { Identity: this.#next('user'), FriendlyName: 'Ann' };
      const made = await this.ask('createserviceuser', { ...this.#in, body, ...this.#loud });
      if (made !== undefined) this.#users.push(made.identity);
      // Who leaves takes his memberships along: only who is in no conversation is sure to be in none.
      if (this.#users.length > 5 * HELD.users) this.#service = undefined;
    } else if (chance < 50) await this.ask('fetchserviceuser', { ...this.#in, Sid });
    else if (chance < 75) {
      const body = { FriendlyName: this.#next('name') };
      await this.ask('updateserviceuser', { ...this.#in, Sid, body, ...this.#loud });
    } else await this.ask('listserviceuser', { ...this.#in, PageSize: 10 });
  }

  async #role() {
    const Sid = this.#pick(this.#roles);
    const chance = this.random() * 100;
    if (Sid === undefined || chance < 30) {
      const body = { FriendlyName: this.#next('role'), Type: 'conversation', Permission: ['sendMessage'] };
      const made = await this.ask('createservicerole', { ...this.#in, body });
      if (made !== undefined) this.#roles.push(made.sid);
      if (this.#roles.length > HELD.roles) await this.#removeRole(this.#roles[0]);
    } else if (chance < 50) await this.ask('fetchservicerole', { ...this.#in, Sid });
    else if (chance < 70) {
      const body = { Permission: ['sendMessage', 'leaveConversation'] };
      await this.ask('updateservicerole', { ...this.#in, Sid, body });
    } else if (chance < 85) await this.ask('listservicerole', this.#in);
    else await this.#removeRole(Sid);
  }

  async #removeRole(Sid) {
    if ((await this.ask('deleteservicerole', { ...this.#in, Sid })) === undefined) return;
    this.#roles = this.#roles.filter((each) => each !== Sid);
  }

  async #binding() {
    const device = { identity: this.name, binding_type: 'fcm', endpoint: this.#next('device') };
    const { sid: Sid } = await this.control('bindings/register', { service: this.#service, ...device });
    await this.ask('listservicebinding', this.#in);
    await this.ask('fetchservicebinding', { ...this.#in, Sid });
    await this.#insist('deleteservicebinding', { ...this.#in, Sid });
  }

  async #memberships() {
    const UserSid = this.#pick(this.#users);
    if (UserSid === undefined) return;
    const page = await this.ask('listserviceuserconversation', { ...this.#in, UserSid });
    const [first] = page?.conversations ?? [];
    if (first === undefined) return;
    const at = { ...this.#in, UserSid, ConversationSid: first.conversation_sid };
    await this.ask('fetchserviceuserconversation', at);
    // A timer may have closed it.
    const muted = { ...at, body: { NotificationLevel: 'muted' } };
    await this.ask('updateserviceuserconversation', muted, { mayRefuse: true });
    await this.ask('listserviceparticipantconversation', { ...this.#in, Identity: UserSid });
  }
}
