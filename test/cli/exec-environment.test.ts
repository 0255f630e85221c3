import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { environmentFor, type Variables } from '../../src/cli/exec-environment.js';

const redirection = {
  url: 'http://127.0.0.1:8080',
  allowTwilio: [],
  proxyUrl: 'http://127.0.0.1:4000',
  tlsUrl: undefined,
  caFile: '/state/ca/ca.pem',
  trust: { bundle: '/my state/bundle.pem', javaTrustStore: '/my state/java.jks', phpIni: '/my state/php' },
};
const environment = (inherited: Variables = {}, changes: object = {}) =>
  environmentFor(inherited, { ...redirection, ...changes });

test('a program keeps its variables, and gets those of every runtime', () => {
  const variables = environment({ HOME: '/home/ada', NODE_OPTIONS: '--trace-warnings', PYTHONPATH: '/lib' });
  expect(variables).toMatchObject({
    HOME: '/home/ada',
    HTTPS_PROXY: 'http://127.0.0.1:4000',
    http_proxy: 'http://127.0.0.1:4000',
    NODE_USE_ENV_PROXY: '1',
    SSL_CERT_FILE: '/my state/bundle.pem',
    REQUESTS_CA_BUNDLE: '/my state/bundle.pem',
    NODE_OPTIONS: expect.stringMatching(/^--trace-warnings --require=".*register\.cjs"$/),
    PYTHONPATH: expect.stringMatching(new RegExp(`python${delimiter}/lib$`)),
    PHP_INI_SCAN_DIR: `${delimiter}/my state/php`,
    UNDERSTUDY_URL: 'http://127.0.0.1:8080',
    UNDERSTUDY_ALLOW_TWILIO: undefined,
  });
});

const noProxy = (NO_PROXY: string) => environment({ NO_PROXY })['no_proxy'];

test('programs call this machine and the hosts of NO_PROXY directly, but never Twilio', () => {
  const own = 'localhost,127.0.0.1,::1';
  expect(noProxy('')).toBe(own);
  expect(noProxy('.corp.example, 10.0.0.7:80 localhost')).toBe(`.corp.example,10.0.0.7:80,${own}`);
  for (const entry of [
    '*',
    '.com',
    '*.com',
    'twilio.com',
    '.twilio.com:443',
    '*.twilio.com',
    'conversations.twilio.com',
  ])
    expect(noProxy(`a.example,${entry}`)).toBe(`a.example,${own}`);
  expect(noProxy('nottwilio.com,api.twilio.com')).toBe(`nottwilio.com,${own}`);
});

test('options for Java keep those of the user, and quote paths with spaces', () => {
  expect(environment({ JAVA_TOOL_OPTIONS: '-Xmx1g' })['JAVA_TOOL_OPTIONS']).toBe(
    '-Xmx1g "-Djavax.net.ssl.trustStore=/my state/java.jks" -Djavax.net.ssl.trustStoreType=JKS ' +
      '-Djavax.net.ssl.trustStorePassword=changeit -Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=4000 -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=4000 ' +
      '-Dhttp.nonProxyHosts=localhost|127.*|[::1]',
  );
});

test('without a proxy, no variable names one, and the hook for Python learns the port for HTTPS', () => {
  const variables = environment(
    {},
    { proxyUrl: undefined, tlsUrl: 'https://127.0.0.1:8443', allowTwilio: ['a.twilio.com'] },
  );
  expect(Object.keys(variables).filter((name) => /_proxy$/i.test(name))).toEqual([]);
  expect(variables['JAVA_TOOL_OPTIONS']).not.toContain('proxy');
  expect(variables).toMatchObject({
    UNDERSTUDY_TLS_ADDRESS: '127.0.0.1:8443',
    UNDERSTUDY_ALLOW_TWILIO: 'a.twilio.com',
  });
});
