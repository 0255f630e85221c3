/** What callers should know about the fields of push credentials. */
export const credentialFields = {
  ApiKey: 'Server key. For type gcm.',
  Certificate: 'Certificate in PEM format. For type apn.',
  FriendlyName: 'Display name, at most 64 characters.',
  PrivateKey: 'Private key in PEM format. For type apn.',
  Sandbox: 'Whether to use the sandbox of the push service. For type apn.',
  Secret: 'Server key or service account of Firebase. For type fcm.',
  Sid: 'SID of the credential, CR….',
  Type: 'Push service: apn, gcm or fcm.',
};
