import { commonRefusals, TwilioError, type Refusal, type RefusalEntry } from '../kernel/twilio-error.js';

/** The refusals of Conversations, by code. */
export const refusals = {
  ...commonRefusals,

  50000: [400, 'FriendlyName not provided', 'dictionary'],
  50003: [400, 'Friendly name too long', 'dictionary'],
  50004: [400, 'Unique Name too long', 'dictionary'],
  50050: [400, 'Service Instance not found', 'dictionary'],
  50054: [400, 'Invalid webhook format', 'dictionary'],
  50055: [400, 'Invalid webhook method', 'dictionary'],
  50056: [400, 'Webhook disabled processing of command', 'dictionary'],
  50058: [400, 'Notification template too long', 'dictionary'],
  50059: [400, 'Notification sound name too long', 'dictionary'],
  50077: [400, 'Pre-webhook URL invalid', 'dictionary'],

  50100: [400, 'Role not found', 'dictionary'],
  50102: [400, 'Deployment role not found', 'dictionary'],
  50104: [400, 'Permission not found', 'dictionary'],
  50105: [400, 'Invalid role type', 'dictionary'],
  50106: [400, 'Channel creator role not found', 'dictionary'],
  50107: [403, 'User not authorized for command', 'dictionary'],
  50109: [400, 'Conversation role not found', 'dictionary'],

  50201: [409, 'User already exists', 'recorded'],
  50204: [400, 'Identity not provided', 'recorded'],
  50206: [400, 'Identity should not match user SID pattern', 'dictionary'],
  50207: [400, 'Identity too long', 'dictionary'],
  50209: [400, 'Invalid binding type', 'dictionary'],
  50210: [400, 'Invalid notification level', 'dictionary'],
  50211: [400, 'Identity parameter not acceptable for this Participant', 'dictionary'],
  50214: [400, 'User conversation limit exceeded', 'dictionary'],

  50303: [400, 'Attributes too long', 'dictionary'],
  50304: [400, 'Attributes not valid JSON', 'recorded'],
  50308: [400, 'Invalid Date Created parameter', 'dictionary'],
  50309: [400, 'Invalid Date Updated parameter', 'dictionary'],
  50310: [400, 'Author parameter is too long', 'dictionary'],
  50341: [400, 'Messaging service SID is invalid', 'dictionary'],
  50353: [409, 'Conversation with provided unique name already exists', 'recorded'],
  50374: [400, "'State' field can't be empty", 'dictionary'],
  50375: [400, 'TimeToInactive should be greater or equal to 1 minute', 'recorded'],
  50376: [400, 'TimeToClosed should be greater or equal to 10 minutes', 'recorded'],
  50377: [400, "Can't update conversation as it's in final closed state", 'recorded'],
  50378: [400, "'State' parameter value is invalid", 'dictionary'],
  50379: [400, 'TimeToInactive format is invalid', 'dictionary'],
  50380: [400, 'TimeToClosed format is invalid', 'dictionary'],
  50384: [400, "Initial state can't be 'closed'", 'dictionary'],
  50386: [400, 'State of an initializing conversation may not be changed', 'dictionary'],
  50390: [400, 'Unique name should not match conversation SID pattern', 'dictionary'],
  50396: [400, 'EndDate must lie after StartDate', 'dictionary'],

  50361: [400, 'Too many conversation webhooks', 'dictionary'],
  50362: [400, 'Too many conversation webhook triggers', 'dictionary'],
  50364: [400, 'Invalid conversation webhook type', 'dictionary'],
  50365: [400, 'Invalid conversation webhook filter', 'dictionary'],
  50366: [400, 'Invalid conversation webhook trigger', 'dictionary'],
  50367: [400, 'Invalid conversation webhook flow SID', 'dictionary'],
  50368: [400, 'Conversation webhook type not provided', 'dictionary'],
  50369: [400, 'Conversation webhook URL not provided', 'dictionary'],
  50370: [400, 'Conversation webhook filter not provided', 'dictionary'],
  50371: [400, 'Conversation webhook trigger not provided', 'dictionary'],
  50372: [400, 'Conversation webhook URL is too long', 'dictionary'],

  50407: [400, 'Invalid messaging binding address', 'recorded'],
  50408: [400, 'Invalid participant proxy address', 'dictionary'],
  50409: [400, 'Participant address equals proxy address', 'dictionary'],
  50411: [400, 'Participant address is empty', 'dictionary'],
  50412: [400, 'Participant proxy address is empty', 'dictionary'],
  50414: [400, 'Participant address type does not match proxy address type', 'dictionary'],
  50416: [409, 'A binding for this participant and proxy address already exists in Conversation', 'recorded'],
  50417: [400, 'Participants limit exceeded', 'dictionary'],
  50418: [400, 'Non-Chat participants limit exceeded', 'dictionary'],
  50421: [400, 'Invalid last read message index format', 'dictionary'],
  50424: [400, 'One of the JSON requests for participant creation is invalid.', 'dictionary'],
  50425: [409, 'Participant and proxy address pairs for one or more participants already in use.', 'dictionary'],
  50426: [400, 'Request contains too many participants.', 'dictionary'],
  50430: [403, 'Participant is not a member of conversation', 'dictionary'],
  50433: [409, 'Participant already exists', 'recorded'],
  50436: [400, 'Group MMS participants limit exceeded', 'dictionary'],
  50437: [409, 'Group Participant already exists', 'dictionary'],
  50438: [409, 'Group MMS with given participant list already exists as Conversation', 'recorded'],
  50440: [400, 'Failed to remove a proxy address from a participant', 'inferred'],
  50441: [400, 'Failed to add a proxy address to a participant', 'recorded'],
  50443: [400, 'Failed to add a projected address to a participant', 'dictionary'],
  50444: [400, 'Failed to add an identity to a participant', 'dictionary'],
  50451: [
    400,
    'One user identifier parameter for lookup at a time is allowed. Please, use either Identity or Address.',
    'dictionary',
  ],

  50503: [400, 'Message body not provided', 'dictionary'],
  50504: [400, 'Message body parameter is too long', 'dictionary'],
  50507: [404, 'Media not found', 'dictionary'],
  50508: [409, 'Media already sent with another message', 'dictionary'],
  50509: [400, 'Media message body cannot be updated', 'dictionary'],
  50510: [400, 'Invalid media SID', 'dictionary'],
  50511: [400, 'Invalid media content type', 'dictionary'],
  50512: [400, 'Media is too large', 'dictionary'],
  50513: [400, 'Message author should be among Group MMS participants.', 'recorded'],
  50526: [400, 'Invalid content SID', 'dictionary'],
  50527: [400, 'Invalid content variables format', 'dictionary'],
  50528: [400, 'Content SID is missing', 'dictionary'],
  50529: [400, 'Content variables too long', 'dictionary'],
  50540: [400, 'Content variable key too long', 'dictionary'],
  50541: [400, 'Content variable value too long', 'dictionary'],

  52003: [400, 'Invalid Credential Type', 'dictionary'],
} as const satisfies Record<number, RefusalEntry>;

export type RefusalCode = keyof typeof refusals;

/** The error of a code. Give a message only if Twilio's text contains a value of the request. */
export function refuse(code: RefusalCode, message: string = refusals[code][1]): TwilioError {
  return new TwilioError(code, refusals[code][0], message);
}

/** The refusal of a form field. */
export function refusal(code: RefusalCode): Refusal {
  return () => refuse(code);
}
