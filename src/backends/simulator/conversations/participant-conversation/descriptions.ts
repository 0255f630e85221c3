export const participantConversationFields = {
  Address: 'Address of a participant, e.g. +15558675310 or whatsapp:+15558675310. Give this or Identity.',
  Identity: 'Identity of a participant. Give this or Address.',
};
