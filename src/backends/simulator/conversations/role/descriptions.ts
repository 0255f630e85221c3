export const roleFields = {
  FriendlyName: 'Display name, at most 256 characters; need not be unique.',
  Permission: 'All permissions of the role, e.g. sendMessage. They must fit its type.',
  Sid: 'SID of the role, RL….',
  Type: 'Whether the role is for users of the service or for participants of conversations.',
};
