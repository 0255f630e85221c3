export const userSidField = 'SID (US…) or identity of the user.';

export const userFields = {
  Attributes: 'Your own data as JSON text, at most 16 KiB.',
  FriendlyName: 'Display name, at most 256 characters; need not be unique.',
  Identity: "The user's name in your application, at most 256 characters; unique in the service.",
  RoleSid: 'SID of a role of type service, RL….',
  Sid: userSidField,
};
